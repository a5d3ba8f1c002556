#!/usr/bin/env bash
# D4: a red notice to HOUSEHOLDS households on two channels; 20 % of all calls fail, and the server is killed every 10 s.
# D7, on PostgreSQL: the same with three workers and no kill, of which one is stopped for 90 s while it holds leases.
# Each delivery is compared with the gateway's ledger. Loopback only, bounded, ends by itself.
#   HOUSEHOLDS=100000 FAULTS=20 KILL_EVERY=10 LIMIT=300 DATABASES="sqlite postgres workers"
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd); top=$(dirname "$here")
work=${DRILL_DIR:-$here/target/fanout}; rm -rf "$work"; mkdir -p "$work"
if [ -z "${BUILT:-}" ]; then
  cargo build --release --locked --manifest-path "$top/Cargo.toml" --bin wangge --example bench_town --example drill_fanout
fi
built=${BUILT:-$top/target/release}

export WANGGE_SERVER__ADDRESS=127.0.0.1:8095 WANGGE_LOG__LEVEL=error WANGGE_LOG__ACCESS=false
gateway=9130; at=http://127.0.0.1:$gateway; base=http://$WANGGE_SERVER__ADDRESS
# Who we are at the gateway that the drill brings along (tests/fakes/gateway/names.rs).
export WANGGE_WECHAT__BASE_URL=$at WANGGE_WECHAT__APPID=wxfake0000000000 WANGGE_WECHAT__SECRET=fake-secret-0123456789abcdef0123
export WANGGE_WECHAT__NOTICE_TEMPLATE=T1
export WANGGE_SMS__ORDER=aliyun WANGGE_SMS__ALIYUN__ENDPOINT=$at WANGGE_SMS__ALIYUN__KEY_ID=LTAIfake00000000
export WANGGE_SMS__ALIYUN__KEY_SECRET=fake-aliyun-secret-0123456789ab WANGGE_SMS__ALIYUN__SIGN_NAME=示例镇 WANGGE_SMS__ALIYUN__TEMPLATE=SMS_100000000
export WANGGE_NOTICES__SUBSCRIBE_PER_SECOND=0 WANGGE_NOTICES__SMS_PER_SECOND=0
random() { head -c 32 /dev/urandom | base64 -w 0; }
export WANGGE_SECRETS__TOKEN_KEYS="k1:$(random)" WANGGE_SECRETS__FIELD_KEYS="1:aes-256-gcm:$(random)" WANGGE_SECRETS__INDEX_KEY="$(random)"

run() { # name, further words for the drill
  "$built/examples/bench_town" seed --cases 100 --households "${HOUSEHOLDS:-100000}" --manifest "$work/$1.json" --base "$base"
  "$built/examples/drill_fanout" --start "$built/wangge serve" --manifest "$work/$1.json" --gateway "$gateway" \
    --faults "${FAULTS:-20}" --limit "${LIMIT:-300}" "${@:2}"
  "$built/wangge" counters verify
}

for database in ${DATABASES:-sqlite postgres workers}; do
  echo "== $database"
  export WANGGE_DATA_DIR=$work/$database built work base gateway
  mkdir -p "$WANGGE_DATA_DIR"
  case $database in
  sqlite) (unset DATABASE_URL; run sqlite --kill-every "${KILL_EVERY:-10}") ;;
  *)
    kind="--kill-every ${KILL_EVERY:-10}"
    [ "$database" = workers ] && kind="--kill-every 0 --workers 3 --stop-one ${STOP_ONE:-90}"
    export -f run; export database kind
    PGOPTIONS_EXTRA="-c fsync=on -c shared_buffers=1GB" "$top/.ci/with-postgres" bash -euo pipefail -c '
      psql -q "$TEST_DATABASE_URL" -c "CREATE DATABASE drill"; export DATABASE_URL=${TEST_DATABASE_URL%/postgres}/drill
      run "$database" $kind' ;;
  esac
done
