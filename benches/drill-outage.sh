#!/usr/bin/env bash
# D5 and D6: reports come in and people read at a steady rate while the gateway is out, hangs, and is back; an ordinary and
# then a red notice are published meanwhile. Latencies are compared window by window, deliveries with the gateway's ledger.
# Loopback only, bounded, ends by itself.
#   HOUSEHOLDS=5000 ROUNDS=3 SECONDS_EACH=20 CALM=0 OUTAGE=0 (600: ten minutes) LOAD=100 RATE=200 STRICT= DATABASES="sqlite postgres"
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd); top=$(dirname "$here")
work=${DRILL_DIR:-$here/target/outage}; rm -rf "$work"; mkdir -p "$work"
if [ -z "${BUILT:-}" ]; then
  cargo build --release --locked --manifest-path "$top/Cargo.toml" --bin wangge --example measure
fi
built=${BUILT:-$top/target/release}

export WANGGE_SERVER__ADDRESS=127.0.0.1:8096
gateway=9131; base=http://$WANGGE_SERVER__ADDRESS
. "$here/drill-gateway.sh"
rate=${RATE:-200}
export WANGGE_NOTICES__SUBSCRIBE_PER_SECOND=$rate WANGGE_NOTICES__SMS_PER_SECOND=$rate
# At any hour of the day, and as often as the rounds are.
export WANGGE_NOTICES__QUIET_FROM=0 WANGGE_NOTICES__QUIET_UNTIL=0 WANGGE_NOTICES__DAILY_CAP=0
for whose in ACCOUNT ADDRESS AUTH; do
  export "WANGGE_LIMITS__${whose}_PER_MINUTE=1000000000" "WANGGE_LIMITS__${whose}_BURST=1000000000"
done

# Who measures stays on one core, so that it is not moved about; the server has all of them.
last=$(($(nproc) - 1)); client=(); all=
if [ "$last" -gt 0 ] && command -v taskset >/dev/null; then client=(taskset -c "$last"); all="taskset -c 0-$last "; fi

run() { # name
  "$built/examples/measure" town seed --cases "${CASES:-20000}" --households "${HOUSEHOLDS:-5000}" --manifest "$work/$1.json" --base "$base"
  echo "load of the machine before: $(cut -d' ' -f1-3 /proc/loadavg)"
  ${client[@]+"${client[@]}"} "$built/examples/measure" outage --start "$all$built/wangge serve" --manifest "$work/$1.json" --gateway "$gateway" \
    --rounds "${ROUNDS:-3}" --seconds "${SECONDS_EACH:-20}" --calm "${CALM:-0}" --outage "${OUTAGE:-0}" --load "${LOAD:-100}" --rate "$rate" ${STRICT:+--strict}
  "$built/wangge" counters verify
}

for database in ${DATABASES:-sqlite}; do
  echo "== $database"
  export WANGGE_DATA_DIR=$work/$database
  mkdir -p "$WANGGE_DATA_DIR"
  if [ "$database" = sqlite ]; then
    (unset DATABASE_URL; run sqlite)
  else
    export -f run; export built work base gateway rate all database last
    PGOPTIONS_EXTRA="-c fsync=on -c shared_buffers=1GB" "$top/.ci/with-postgres" bash -euo pipefail -c '
      client=(); [ -n "$all" ] && client=(taskset -c "$last")
      psql -q "$TEST_DATABASE_URL" -c "CREATE DATABASE drill"; export DATABASE_URL=${TEST_DATABASE_URL%/postgres}/drill
      run "$database"'
  fi
done
