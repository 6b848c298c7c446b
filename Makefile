# What people type. Each target sets up what it needs first, and says so.
.POSIX:
.PHONY: run test build check-format test-swift test-page test-wire test-e2e deb install check-host check-faults daemon-faults \
	soak fuzz check-fuzz check-sanitizers check-counts bench performance performance-pictures setup-time pictures clean

BUILD = .build/release/holdline
WEB = .build/web
SWIFT_BUILD = swift build --configuration release --product holdline --static-swift-stdlib \
	--explicit-target-dependency-import-check error

## make run: sets up what is missing, builds a release and runs it with the page, for this machine and for its network.
run: build
	@echo "==> here: http://127.0.0.1:8080  other devices: http://THIS-MACHINE:8080, which leads to HTTPS (Ctrl-C ends it)"
	$(BUILD) serve --config etc/holdline/holdline.toml --web-root $(WEB) --state-directory .build/state

build:
	@packaging/setup build
	@echo "==> building holdline (release)"
	$(SWIFT_BUILD)
	@packaging/page $(WEB)

## make test: sets up and runs everything: unit, model, vectors, page modules, protocol over sockets, real browsers.
test: build check-format test-swift test-page test-wire test-e2e
	@echo "==> every suite passed"

check-format:
	@echo "==> swift format lint"
	swift format lint --strict --recursive --parallel Package.swift Sources Tests Benchmarks

test-swift:
	@packaging/setup test
	@echo "==> unit tests, model test, HTTP vectors"
	swift test

test-page: build
	@packaging/setup test
	@echo "==> page modules: types, then node against the daemon"
	tsc --project Tests/page/tsconfig.json
	tsc --project Tests/page/worker.tsconfig.json
	node --test Tests/page/*.test.mjs

test-wire: build
	@packaging/setup test
	@echo "==> the protocol over sockets"
	.venv/bin/pytest -q Tests/wire

test-e2e: build
	@packaging/setup test
	@echo "==> real browsers"
	.venv/bin/pytest -q Tests/e2e
	@echo "==> how long a call takes to come about, printed and not judged: a busy machine is slower (make setup-time judges)"
	.venv/bin/python Tests/e2e/setup_time.py --calls 5

## make check-sanitizers: the tests that need no browser, with ThreadSanitizer, then with AddressSanitizer and UBSan.
check-sanitizers:
	@packaging/setup test
	Tests/sanitizers/run thread
	Tests/sanitizers/run address

## make deb: the package for Debian, dist/holdline_VERSION_ARCH.deb.
deb: build
	@packaging/setup deb
	@echo "==> the package"
	@packaging/deb $(BUILD)

## make install DESTDIR= PREFIX=: what `make build` has made, for other distributions (packaging/README.md).
PREFIX = /usr/local
install:
	@DESTDIR="$(DESTDIR)" PREFIX="$(PREFIX)" packaging/install $(BUILD)

## make check-host: installs the package on a real systemd, in a container, and looks at it from all sides. As root.
check-host: deb
	@packaging/setup host
	@echo "==> the package on a Debian with systemd"
	.venv/bin/pytest -q Tests/host

## make check-faults: what networks, clients and machines do wrong, done to the daemon and to the installed service
## (docs/reliability.md). As root. HOLDLINE_LONG=1 HOLDLINE_CHAOS_SECONDS=3600: as often as the table there says.
check-faults: daemon-faults deb
	@packaging/setup host
	@echo "==> faults of the installed service"
	.venv/bin/pytest -q Tests/host/test_faults.py Tests/host/test_saved_calls.py Tests/host/test_chaos.py

daemon-faults: build
	@packaging/setup test
	@echo "==> faults"
	.venv/bin/pytest -q Tests/faults

## make soak HOURS=8: all of that mixed, for hours, while calls are set up: nothing lost, memory and descriptors flat.
HOURS = 8
soak: build
	@packaging/setup test
	.venv/bin/python Tests/faults/soak.py --hours $(HOURS)

## make fuzz SECONDS=600 TARGET=JSON: searches for inputs that break an invariant; each target, or that one alone.
SECONDS = 600
TARGET =
fuzz:
	@packaging/setup build
	Tests/fuzz/run $(SECONDS) $(TARGET)

## make check-fuzz: all inputs that were kept, and a minute of searching on from them.
check-fuzz:
	@packaging/setup build
	Tests/fuzz/run 60

## make setup-time: 50 calls through holdline and 50 wired by hand, in one run: how much later both are connected and
## see each other, and where the time goes. As root.
setup-time: build
	@packaging/setup test
	.venv/bin/python Tests/e2e/setup_time.py --check

## make check-counts: instructions and allocations of a message and a call, by callgrind, beside those in counts.json.
check-counts: build
	@packaging/setup counts
	Benchmarks/counts --check

## make bench: what messages, calls and waiting clients cost, beside a bare relay in C, nginx with Nchan, and Node.
bench: build
	@packaging/setup bench
	Benchmarks/run

## make performance: all figures and pictures of docs/performance.md anew, on a machine with nothing else to do.
performance: build
	@packaging/setup bench
	mkdir -p out
	Benchmarks/run --rounds 5 --json out/bench.json --markdown docs/performance.md
	Benchmarks/price --json out/price.json --markdown docs/performance.md
	Benchmarks/system-calls --markdown docs/performance.md
	$(MAKE) performance-pictures

performance-pictures: build
	@packaging/setup bench
	mkdir -p out
	Benchmarks/run --sweep --rounds 2 --seconds 1.5 --json out/sweep.json
	.build/bench-venv/bin/python Benchmarks/pictures out/sweep.json docs/images

## make pictures: docs/images anew, which the README shows: the welcome page and two of the storyboard's.
pictures: build
	@packaging/setup test
	.venv/bin/python Tests/e2e/pictures.py

clean:
	rm -rf .build .venv dist out
	find Tests Benchmarks -name __pycache__ -prune -exec rm -rf {} +
