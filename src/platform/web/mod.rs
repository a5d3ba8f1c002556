//! How a request becomes a call and a failure becomes an answer.

mod problem_json;

pub use problem_json::PROBLEM_JSON;
