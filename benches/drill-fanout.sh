#!/usr/bin/env bash
# D4: a red notice to HOUSEHOLDS households on two channels; 20 % of all calls fail, and the server is killed every 10 s.
# D7, on PostgreSQL: the same with three workers and no kill, of which one is stopped for 90 s while it holds leases.
# Each delivery is compared with the gateway's ledger. Loopback only, bounded, ends by itself.
# Before that, the rows alone: three notices in the hours in which nobody may be disturbed.
#   HOUSEHOLDS=100000 FAULTS=20 KILL_EVERY=10 LIMIT=300 DATABASES="sqlite-rows sqlite postgres-rows postgres workers"
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd); top=$(dirname "$here")
work=${DRILL_DIR:-$here/target/fanout}; rm -rf "$work"; mkdir -p "$work"
if [ -z "${BUILT:-}" ]; then
  cargo build --release --locked --manifest-path "$top/Cargo.toml" --bin wangge --example measure
fi
built=${BUILT:-$top/target/release}

export WANGGE_SERVER__ADDRESS=127.0.0.1:8095
gateway=9130; base=http://$WANGGE_SERVER__ADDRESS
. "$here/drill-gateway.sh"
export WANGGE_NOTICES__SUBSCRIBE_PER_SECOND=0 WANGGE_NOTICES__SMS_PER_SECOND=0

run() { # name, further words for the drill
  "$built/examples/measure" town seed --cases 100 --households "${HOUSEHOLDS:-100000}" --manifest "$work/$1.json" --base "$base"
  # As the server's own service does within a minute. The numbers are entered afterwards: statistics lag behind in a town, too.
  [ -z "${DATABASE_URL:-}" ] || psql -q "$DATABASE_URL" -c "VACUUM ANALYZE"
  "$built/examples/measure" fanout --start "$built/wangge serve" --manifest "$work/$1.json" --gateway "$gateway" \
    --faults "${FAULTS:-20}" --limit "${LIMIT:-300}" "${@:2}"
  "$built/wangge" counters verify
}

undisturbed() { # from now on, for twelve hours
  hour=$(TZ=Asia/Shanghai date +%-H)
  export "WANGGE_NOTICES__QUIET_FROM=$hour" "WANGGE_NOTICES__QUIET_UNTIL=$(((hour + 12) % 24))"
}

export built work base gateway; export -f run
for database in ${DATABASES:-sqlite-rows sqlite postgres-rows postgres workers}; do
  echo "== $database"
  (
    export database WANGGE_DATA_DIR=$work/$database kind
    mkdir -p "$WANGGE_DATA_DIR"
    case $database in
    *-rows) kind="--rows-only 3"; undisturbed ;;
    workers) kind="--kill-every 0 --workers 3 --stop-one ${STOP_ONE:-90}" ;;
    *) kind="--kill-every ${KILL_EVERY:-10}" ;;
    esac
    case $database in
    sqlite*) unset DATABASE_URL; run "$database" $kind ;;
    *)
      PGOPTIONS_EXTRA="-c fsync=on -c shared_buffers=1GB" "$top/.ci/with-postgres" bash -euo pipefail -c '
        psql -q "$TEST_DATABASE_URL" -c "CREATE DATABASE drill"; export DATABASE_URL=${TEST_DATABASE_URL%/postgres}/drill
        run "$database" $kind' ;;
    esac
  )
done
