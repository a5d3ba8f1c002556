#!/usr/bin/env bash
# W1 to W8 of the product beside the bare ceiling, alternated rounds, on SQLite and then on PostgreSQL.
# Everything is on loopback, bounded, and ends by itself. Further arguments go to `compare` (--rounds 1 --works W2,W3 …).
#   DATABASES="sqlite postgres"  CASES=200000  HOUSEHOLDS=10000
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd); top=$(dirname "$here")
work=${BENCH_DIR:-$here/target/product}; mkdir -p "$work"
[ -n "${BUILT:-}" ] || cargo build --release --locked --manifest-path "$top/Cargo.toml" --bin wangge --example measure
built=${BUILT:-$top/target/release}

export WANGGE_SERVER__ADDRESS=127.0.0.1:8093 WANGGE_LOG__LEVEL=warn WANGGE_LOG__ACCESS=false
for whose in ACCOUNT ADDRESS AUTH; do
  export "WANGGE_LIMITS__${whose}_PER_MINUTE=1000000000" "WANGGE_LIMITS__${whose}_BURST=1000000000"
done
# A mini-program that nobody is asked for: deliveries are written and wait.
export WANGGE_WECHAT__APPID=wxbench WANGGE_WECHAT__SECRET=bench WANGGE_WECHAT__BASE_URL=http://127.0.0.1:9
export WANGGE_WECHAT__NOTICE_TEMPLATE=bench
# Nobody may be disturbed now, so that W4 measures the writing of deliveries and not their sending.
hour=$(TZ=Asia/Shanghai date +%-H)
export WANGGE_NOTICES__QUIET_FROM=$hour WANGGE_NOTICES__QUIET_UNTIL=$(((hour + 12) % 24))
base=http://$WANGGE_SERVER__ADDRESS

round() { # what a round needs: data, a start command, a reset command
  B_BASE=$base B_MANIFEST=$work/$1.json B_START="$built/wangge serve" B_RESET=$2 BENCH_DIR=$work/ceiling "$here/run.sh" "${@:3}" \
    | tee "$work/$1.txt"
}

# On PostgreSQL no node makes keys of its own.
random() { head -c 32 /dev/urandom | base64 -w 0; }
export WANGGE_SECRETS__TOKEN_KEYS="k1:$(random)" WANGGE_SECRETS__FIELD_KEYS="1:aes-256-gcm:$(random)" WANGGE_SECRETS__INDEX_KEY="$(random)"

for database in ${DATABASES:-sqlite postgres}; do
  data=$work/$database-data; seed=$work/$database-seed
  rm -rf "$data" "$seed"
  export WANGGE_DATA_DIR=$data
  if [ "$database" = sqlite ]; then
    unset DATABASE_URL
    "$built/examples/measure" town seed --cases "${CASES:-200000}" --households "${HOUSEHOLDS:-10000}" --manifest "$work/sqlite.json" --base "$base"
    cp -r "$data" "$seed"
    round sqlite "rm -rf $data && cp -r $seed $data && $built/examples/measure town tokens --manifest $work/sqlite.json --base $base" "$@"
  else
    export work data seed built base here
    export -f round
    PGOPTIONS_EXTRA="-c fsync=on -c shared_buffers=1GB" "$top/.ci/with-postgres" bash -euo pipefail -c '
      admin=$TEST_DATABASE_URL; export DATABASE_URL=${admin%/postgres}/bench
      psql -q "$admin" -c "CREATE DATABASE bench"
      "$built/examples/measure" town seed --cases "${CASES:-200000}" --households "${HOUSEHOLDS:-10000}" --manifest "$work/postgres.json" --base "$base"
      psql -q "$DATABASE_URL" -c "VACUUM ANALYZE"
      psql -q "$admin" -c "CREATE DATABASE bench_seed TEMPLATE bench"
      reset="psql -q $admin -c \"DROP DATABASE IF EXISTS bench WITH (FORCE)\" -c \"CREATE DATABASE bench TEMPLATE bench_seed\""
      parent=$(head -n 1 "$TEST_POSTGRES_PID_FILE")
      round postgres "$reset && $built/examples/measure town tokens --manifest $work/postgres.json --base $base" --b-postgres-pid "$parent" "$@"
    ' bash "$@"
  fi
done
echo "Tables: $work/sqlite.txt $work/postgres.txt"
