#!/usr/bin/env bash
# D4: a red notice to HOUSEHOLDS households on two channels; 20 % of all calls fail, and the server is killed every 10 s.
# Compares each delivery with the gateway's ledger. Loopback only, bounded, ends by itself.
#   HOUSEHOLDS=100000 FAULTS=20 KILL_EVERY=10 LIMIT=300 DATABASES="sqlite postgres"
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd); top=$(dirname "$here")
work=${DRILL_DIR:-$here/target/fanout}; rm -rf "$work"; mkdir -p "$work"
if [ -z "${BUILT:-}" ]; then
  cargo build --release --locked --manifest-path "$top/Cargo.toml" --bin wangge --example bench_town --example drill_fanout
fi
built=${BUILT:-$top/target/release}

export WANGGE_SERVER__ADDRESS=127.0.0.1:8095 WANGGE_LOG__LEVEL=error WANGGE_LOG__ACCESS=false
gateway=9130; at=http://127.0.0.1:$gateway
export WANGGE_WECHAT__BASE_URL=$at WANGGE_WECHAT__APPID=wxfake00000000001 WANGGE_WECHAT__SECRET=fake-secret WANGGE_WECHAT__NOTICE_TEMPLATE=T1
export WANGGE_NOTICES__SUBSCRIBE_PER_SECOND=0 WANGGE_NOTICES__SMS_PER_SECOND=0
# shellcheck source=/dev/null
. "$here/fanout.env"
base=http://$WANGGE_SERVER__ADDRESS
random() { head -c 32 /dev/urandom | base64 -w 0; }
export WANGGE_SECRETS__TOKEN_KEYS="k1:$(random)" WANGGE_SECRETS__FIELD_KEYS="1:aes-256-gcm:$(random)" WANGGE_SECRETS__INDEX_KEY="$(random)"

run() { # database
  "$built/examples/bench_town" seed --cases 100 --households "${HOUSEHOLDS:-100000}" --manifest "$work/$1.json" --base "$base"
  "$built/examples/drill_fanout" --start "$built/wangge serve" --manifest "$work/$1.json" --gateway "$gateway" \
    --faults "${FAULTS:-20}" --kill-every "${KILL_EVERY:-10}" --limit "${LIMIT:-300}"
  "$built/wangge" counters verify
}

for database in ${DATABASES:-sqlite postgres}; do
  echo "== $database"
  export WANGGE_DATA_DIR=$work/$database built work base gateway
  if [ "$database" = sqlite ]; then
    (unset DATABASE_URL; run sqlite)
  else
    export -f run
    PGOPTIONS_EXTRA="-c fsync=on -c shared_buffers=1GB" "$top/.ci/with-postgres" bash -euo pipefail -c '
      psql -q "$TEST_DATABASE_URL" -c "CREATE DATABASE drill"; export DATABASE_URL=${TEST_DATABASE_URL%/postgres}/drill
      run postgres'
  fi
done
