#!/bin/sh
# Once, when the data folder is new: a role and its databases for the register, and for Temporal.
set -eu
psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres \
    --set register="$REGISTER_DB_PASSWORD" --set temporal="$TEMPORAL_DB_PASSWORD" <<'SQL'
CREATE ROLE yijianshi LOGIN PASSWORD :'register';
CREATE DATABASE yijianshi OWNER yijianshi TEMPLATE template0 ENCODING UTF8 LOCALE 'C.UTF-8';
CREATE ROLE temporal LOGIN PASSWORD :'temporal';
CREATE DATABASE temporal OWNER temporal;
CREATE DATABASE temporal_visibility OWNER temporal;
SQL
