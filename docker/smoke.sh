#!/usr/bin/env bash
# Builds the image and starts it as compose.yaml does: ready, healthy, as nobody in particular, and stopped in good order.
#   docker/smoke.sh            THALAMUS_IMAGE=name docker/smoke.sh takes an image that is there
set -euo pipefail
cd "$(dirname "$0")/.."

image=${THALAMUS_IMAGE:-}
if [ -z "$image" ]; then
  image=thalamus:smoke
  docker build --tag "$image" --file docker/Dockerfile .
fi

name="thalamus-smoke-$$"
network=${SMOKE_NETWORK:-bridge}
remove() { docker rm --force --volumes "$name" >/dev/null 2>&1 || true; }
trap remove EXIT

docker run --detach --name "$name" --network "$network" --init --read-only --tmpfs /tmp --cap-drop ALL \
  --security-opt no-new-privileges:true "$image" --json >/dev/null

# its own health check is what an engine goes by
for _ in $(seq 90); do
  state=$(docker inspect --format '{{.State.Status}}' "$name")
  [ "$state" = running ] || { docker logs "$name"; echo "the container is $state" >&2; exit 1; }
  docker exec "$name" node /thalamus/health.mjs >/dev/null 2>&1 && break
  sleep 1
done
docker exec "$name" node /thalamus/health.mjs
docker logs "$name" | head -1 | grep -q '"event":"listening"'
[ "$(docker exec "$name" id -u)" = 10001 ] || { echo "it runs as somebody else than 10001" >&2; exit 1; }

docker stop --time 60 "$name" >/dev/null
code=$(docker inspect --format '{{.State.ExitCode}}' "$name")
[ "$code" = 0 ] || { docker logs "$name"; echo "it ended with $code" >&2; exit 1; }
echo "Ready, healthy, stopped in good order: $image"
