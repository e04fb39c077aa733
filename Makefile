# Steps run in the environment of scripts/env, say their name, and say how long they took.
step := @scripts/step

# in CI the lock file is law; at a desk cargo may bring it up to date
locked := $(if $(CI),--locked)

# RocksDB is a quarter of an hour of C++. It is compiled once, in the profile of what users run; what does not need it
# does without, by the harvester's feature `rocksdb` being left out.
lean := --no-default-features

.PHONY: help
help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

# The tests come last, so that the last lines on the screen are theirs.
.PHONY: test
test: ## everything CI runs; installs first what is missing
	$(step) bootstrap scripts/bootstrap
	$(step) islands scripts/islands --required
	$(step) format cargo fmt --all --check
	$(step) lints cargo clippy --workspace --all-targets $(lean) $(locked) -- -D warnings
	$(step) documentation env RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps $(lean) $(locked)
	$(step) "tests in documentation" cargo test --workspace --doc $(lean) $(locked)
	$(step) "lints with RocksDB" cargo clippy --release -p harvester --all-targets $(locked) -- -D warnings
	$(step) "tests on RocksDB" scripts/run-tests --release -p harvester $(locked) graph
	$(step) tests scripts/run-tests --workspace $(lean) $(locked)

.PHONY: demo
demo: ## a federation on this machine: PORT=8080 DATA=target/demo STUDIES=DIR DETACH=1
	@scripts/demo check
	$(step) bootstrap scripts/bootstrap --build
	$(step) islands scripts/islands
	$(step) build cargo build --release --locked
	@scripts/demo

.PHONY: demo-stop
demo-stop: ## end the one that DETACH=1 left running
	@scripts/demo stop

.PHONY: bootstrap
bootstrap: ## install what is missing on this machine
	$(step) bootstrap scripts/bootstrap

.PHONY: islands
islands: ## the scripts of pages, where npm is; the next cargo build takes them in
	$(step) islands scripts/islands

.PHONY: fmt
fmt: ## format the code
	$(step) format cargo fmt --all

.PHONY: audit
audit: ## licences, sources and bans of the dependencies, after deny.toml
	$(step) bootstrap scripts/bootstrap
	$(step) cargo-deny scripts/install-cargo-deny
	$(step) dependencies cargo deny --workspace $(locked) check --hide-inclusion-graph bans licenses sources

.PHONY: bench
bench: ## the measurements of docs/BENCHMARKS.md
	$(step) bootstrap scripts/bootstrap
	$(step) measurements scripts/bench
