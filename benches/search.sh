#!/usr/bin/env bash
# The first page of searches over 200,000 cases, on SQLite and then on PostgreSQL (decision 0026). Further arguments go to
# `measure search` (--cases 20000 --times 10 …). Everything is on loopback, bounded, and ends by itself.
#   DATABASES="sqlite postgres"
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd); top=$(dirname "$here")
work=${BENCH_DIR:-$here/target/search}; mkdir -p "$work"
[ -n "${BUILT:-}" ] || cargo build --release --locked --manifest-path "$top/Cargo.toml" --example measure
bench=${BUILT:-${CARGO_TARGET_DIR:-$top/target}/release}/examples/measure

# On PostgreSQL no node makes keys of its own.
random() { head -c 32 /dev/urandom | base64 -w 0; }
export WANGGE_SECRETS__TOKEN_KEYS="k1:$(random)" WANGGE_SECRETS__FIELD_KEYS="1:aes-256-gcm:$(random)" WANGGE_SECRETS__INDEX_KEY="$(random)"

for database in ${DATABASES:-sqlite postgres}; do
  export WANGGE_DATA_DIR=$work/$database-data
  rm -rf "$WANGGE_DATA_DIR"; mkdir -p "$WANGGE_DATA_DIR"
  if [ "$database" = sqlite ]; then
    env -u DATABASE_URL "$bench" search "$@" | tee "$work/sqlite.txt"
    ls -l "$WANGGE_DATA_DIR"/*.db | awk '{ print "the database file: " int($5 / 1048576) " MiB" }' | tee -a "$work/sqlite.txt"
  else
    PGOPTIONS_EXTRA="-c fsync=on -c shared_buffers=1GB" "$top/.ci/with-postgres" bash -euo pipefail -c '
      bench=$1; shift
      psql -q "$TEST_DATABASE_URL" -c "CREATE DATABASE bench"
      DATABASE_URL=${TEST_DATABASE_URL%/postgres}/bench "$bench" search "$@"
      psql -qAt "${TEST_DATABASE_URL%/postgres}/bench" -c "SELECT '"'"'the pages: '"'"' || pg_size_pretty(pg_total_relation_size('"'"'case_search_pages'"'"'))"
    ' bash "$bench" "$@" | tee "$work/postgres.txt"
  fi
done
