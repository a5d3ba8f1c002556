#!/bin/sh
# Alternated rounds of the ceiling (A) and a server of your choice (B): seeds the ceiling once, then three rounds
# of W1 to W8 on fresh copies of its data. Everything ends by itself.
#
#   benches/run.sh ceiling                      the ceiling against itself: how far ratios wander on this machine
#   B_BASE=http://127.0.0.1:8080 B_MANIFEST=town/bench.json B_RESET='…' B_START='wangge serve …' benches/run.sh
#
# Further arguments go to `compare` (--works W2,W3 --rounds 5 --seconds 10 --writers 200 …).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=${BENCH_DIR:-$here/target/bench}
bin=$here/target/release
mkdir -p "$work"
cargo build --release --quiet --manifest-path "$here/Cargo.toml"
if [ ! -f "$work/ceiling.json" ]; then
    rm -f "$work/seed.db"
    "$bin/ceiling" seed --rows "${ROWS:-200000}" --db "$work/seed.db" --manifest "$work/ceiling.json"
fi
fresh() { echo "rm -f $work/$1.db* && cp $work/seed.db $work/$1.db"; }
set_b="--b wangge"
if [ "${1:-}" = ceiling ]; then
    shift
    set_b="--b ceiling"
    B_BASE=http://127.0.0.1:8092
    B_MANIFEST=$work/ceiling-b.json
    B_RESET=$(fresh b)
    B_START="$bin/ceiling serve --db $work/b.db --base $B_BASE"
    sed 's/127.0.0.1:8091/127.0.0.1:8092/' "$work/ceiling.json" > "$B_MANIFEST"
fi
uptime
# shellcheck disable=SC2086
exec "$bin/compare" --a ceiling --a-start "$bin/ceiling serve --db $work/a.db" --a-reset "$(fresh a)" \
    --a-manifest "$work/ceiling.json" $set_b --b-base "$B_BASE" --b-start "$B_START" \
    --b-reset "${B_RESET:-true}" --b-manifest "$B_MANIFEST" --out "$work/rounds.jsonl" "$@"
