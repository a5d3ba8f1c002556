//! The router of a town, put together once: three hundred paths become expressions, which takes longer than most requests.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};

use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;
use actix_web::test::{TestRequest, call_service, init_service};
use futures_util::future::LocalBoxFuture;
use wangge::app::{House, application};

type Answers = Rc<dyn Fn(TestRequest) -> LocalBoxFuture<'static, ServiceResponse<BoxBody>>>;

thread_local! {
    // A router stays on its thread; a town may be asked from several.
    static ROUTERS: RefCell<HashMap<u64, Answers>> = RefCell::default();
}

/// Knows one town's routers among those of others.
pub struct Router(u64);

impl Router {
    /// For a town of its own.
    pub fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }

    /// Sends `request` to `house`.
    pub async fn send(&self, house: &House, request: TestRequest) -> ServiceResponse<BoxBody> {
        let known = ROUTERS.with_borrow(|routers| routers.get(&self.0).cloned());
        let answers = match known {
            Some(answers) => answers,
            None => {
                let answers = router(house.clone()).await;
                ROUTERS.with_borrow_mut(|routers| routers.insert(self.0, Rc::clone(&answers)));
                answers
            }
        };
        answers(request).await
    }
}

impl Drop for Router {
    fn drop(&mut self) {
        let dropped = ROUTERS.try_with(|routers| routers.borrow_mut().remove(&self.0));
        drop(dropped); // outside of the borrow: a house ends much
    }
}

async fn router(house: House) -> Answers {
    let service = Rc::new(init_service(application(house)).await);
    Rc::new(move |request| {
        let service = Rc::clone(&service);
        Box::pin(async move { call_service(&*service, request.to_request()).await.map_into_boxed_body() })
    })
}
