#!/usr/bin/env bash
# Publishing a notice to a town and to a municipality of 12,000,000 households, on SQLite and then on PostgreSQL (decision 0049).
# Further arguments go to `measure publish` (--times 10). Everything is on loopback, bounded, and ends by itself.
#   DATABASES="sqlite postgres"
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd); top=$(dirname "$here")
work=${BENCH_DIR:-$here/target/publish}; mkdir -p "$work"
[ -n "${BUILT:-}" ] || cargo build --release --locked --manifest-path "$top/Cargo.toml" --example measure
bench=${BUILT:-${CARGO_TARGET_DIR:-$top/target}/release}/examples/measure

# On PostgreSQL no node makes keys of its own.
random() { head -c 32 /dev/urandom | base64 -w 0; }
export WANGGE_SECRETS__TOKEN_KEYS="k1:$(random)" WANGGE_SECRETS__FIELD_KEYS="1:aes-256-gcm:$(random)" WANGGE_SECRETS__INDEX_KEY="$(random)"

for database in ${DATABASES:-sqlite postgres}; do
  export WANGGE_DATA_DIR=$work/$database-data
  rm -rf "$WANGGE_DATA_DIR"; mkdir -p "$WANGGE_DATA_DIR"
  echo "$database"
  if [ "$database" = sqlite ]; then
    env -u DATABASE_URL "$bench" publish "$@" | tee "$work/sqlite.txt"
  else
    PGOPTIONS_EXTRA="-c fsync=on" "$top/.ci/with-postgres" bash -euo pipefail -c '
      bench=$1; shift
      psql -q "$TEST_DATABASE_URL" -c "CREATE DATABASE bench"
      DATABASE_URL=${TEST_DATABASE_URL%/postgres}/bench "$bench" publish "$@"
    ' bash "$bench" "$@" | tee "$work/postgres.txt"
  fi
done
