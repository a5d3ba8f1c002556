#!/usr/bin/env bash
# D1/D2: kill -9 of the server while 64 clients write, ROUNDS times on each database; no acknowledged report may be
# lost, none may be there twice. Loopback only, bounded, ends by itself.
#   ROUNDS=50 DATABASES="sqlite postgres"
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd); top=$(dirname "$here")
work=${DRILL_DIR:-$here/target/drill}; rm -rf "$work"; mkdir -p "$work"
[ -n "${BUILT:-}" ] || cargo build --release --locked --manifest-path "$top/Cargo.toml" --bin wangge --example measure
cargo build --release --quiet --manifest-path "$here/Cargo.toml"
built=${BUILT:-$top/target/release}; drill=$here/target/release/drill-kill

export WANGGE_SERVER__ADDRESS=127.0.0.1:8094 WANGGE_LOG__LEVEL=warn WANGGE_LOG__ACCESS=false
for whose in ACCOUNT ADDRESS AUTH; do
  export "WANGGE_LIMITS__${whose}_PER_MINUTE=1000000000" "WANGGE_LIMITS__${whose}_BURST=1000000000"
done
base=http://$WANGGE_SERVER__ADDRESS; rounds=${ROUNDS:-50}

# On PostgreSQL no node makes keys of its own.
random() { head -c 32 /dev/urandom | base64 -w 0; }
export WANGGE_SECRETS__TOKEN_KEYS="k1:$(random)" WANGGE_SECRETS__FIELD_KEYS="1:aes-256-gcm:$(random)" WANGGE_SECRETS__INDEX_KEY="$(random)"

for database in ${DATABASES:-sqlite postgres}; do
  echo "== $database: $rounds rounds"
  export WANGGE_DATA_DIR=$work/$database
  export built drill base rounds work database
  if [ "$database" = sqlite ]; then
    unset DATABASE_URL
    "$built/examples/measure" town seed --cases 1000 --households 100 --manifest "$work/sqlite.json" --base "$base"
    "$drill" --target wangge --start "$built/wangge serve" --manifest "$work/sqlite.json" --journal "$work/journal-sqlite" \
      --rounds "$rounds" --sqlite "$WANGGE_DATA_DIR/wangge.db" --count "SELECT COUNT(*) FROM cases" --ready "${READY_SECONDS:-5}"
    "$built/wangge" counters verify
    "$built/wangge" audit verify
  else
    PGOPTIONS_EXTRA="-c fsync=on" "$top/.ci/with-postgres" bash -euo pipefail -c '
      psql -q "$TEST_DATABASE_URL" -c "CREATE DATABASE drill"; export DATABASE_URL=${TEST_DATABASE_URL%/postgres}/drill
      "$built/examples/measure" town seed --cases 1000 --households 100 --manifest "$work/postgres.json" --base "$base"
      "$drill" --target wangge --start "$built/wangge serve" --manifest "$work/postgres.json" --journal "$work/journal-postgres" \
        --rounds "$rounds" --ready "${READY_SECONDS:-5}"
      "$built/wangge" counters verify; "$built/wangge" audit verify'
  fi
done
