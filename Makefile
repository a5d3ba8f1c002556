# The two commands of the README are `make run` and `make test`; the others are for those who live here.

.PHONY: run test lint bench bench-map bench-search bench-publish drill-kill drill-fanout drill-outage fuzz-api openapi docs tools

run: tools
	@./deploy/run

test: tools
	@./.ci/test

lint:
	cargo fmt --check
	cargo clippy --all-targets -- -D warnings

bench: bench-map
	@./benches/product.sh
	@./benches/search.sh

bench-map:
	@cargo run --release --locked --example measure -- map

bench-search:
	@./benches/search.sh

bench-publish:
	@./benches/publish.sh

drill-kill:
	@./benches/drill-kill.sh

drill-fanout:
	@./benches/drill-fanout.sh

drill-outage:
	@./benches/drill-outage.sh

fuzz-api:
	@./.ci/fuzz-api

# The published contract and the documents that are printed from the code.
openapi docs:
	@UPDATE_DOCS=1 cargo test --test it -- contract::openapi house::printed procedures::page

tools:
	@./.ci/tools
