#!/bin/sh
# Temporal's schema, brought to what this version wants. May run again: what is there is left alone.
# An upgrade goes one minor version at a time, the schema first.
set -eu
for part in temporal:temporal temporal_visibility:visibility; do
    tool() {
        temporal-sql-tool --plugin postgres12 --ep postgres -p 5432 -u temporal --db "${part%%:*}" "$@"
    }
    tool setup-schema -v 0.0
    tool update-schema -d "/etc/temporal/schema/postgresql/v12/${part##*:}/versioned"
done
