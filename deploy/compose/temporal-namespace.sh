#!/bin/sh
# Our namespace, once the server is healthy. Search attributes are registered by `yijianshi migrate`.
set -eu
attempt=0
until temporal operator cluster health; do
    attempt=$((attempt + 1))
    [ "$attempt" -lt 24 ] || { echo "Temporal did not become healthy" >&2; exit 1; }
    sleep 5
done
temporal operator namespace describe --namespace "$NAMESPACE" >/dev/null 2>&1 ||
    temporal operator namespace create --namespace "$NAMESPACE" --retention "$RETENTION"
