# OpenClaw in a container, for where its own image cannot be fetched: the same user, folders and port as that one has.
#   docker build --build-arg VERSION=2026.9.6 --file openclaw.Dockerfile CONTEXT
# The context holds one file, extra-ca.pem: the certificates that a company's wall asks to be trusted, or nothing.
FROM node:24-bookworm-slim

# What agents call, whom they trust, and an init. Where Debian's packages cannot be reached the image is made all the same:
# Node.js brings its own certificates, and the engine has an init of its own.
RUN patient='-o Acquire::Retries=2 -o Acquire::http::Timeout=15 -o Acquire::https::Timeout=15'; \
  export DEBIAN_FRONTEND=noninteractive; \
  apt-get -qq $patient update && apt-get -qq -y $patient --no-install-recommends install ca-certificates git tini >/dev/null \
    || echo "Debian's packages cannot be reached: this image comes without git."; \
  rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/apt /var/log/dpkg.log; \
  printf '#!/bin/sh\n# tini is there for who runs this image without an init\n[ "$$" != 1 ] || ! command -v tini >/dev/null || exec tini -- "$@"\nexec "$@"\n' \
    >/usr/local/bin/openclaw-init; \
  chmod 755 /usr/local/bin/openclaw-init; \
  # both are kept in volumes, which take their owner from here
  install -d -m 0700 -o node -g node /home/node/.openclaw /home/node/.config /home/node/.config/openclaw

ARG VERSION
ARG REGISTRY=https://registry.npmjs.org
COPY extra-ca.pem /tmp/extra-ca.pem
# npm's cache, its logs and the certificates are gone before the layer is kept. What some package names by an SSH address of
# GitHub is fetched by HTTPS. npm takes a disk that was full at the very end for a success: hence the room that is asked for.
# In the end what was installed has to start.
RUN set -eu; \
  export NPM_CONFIG_CACHE=/tmp/npm GIT_TERMINAL_PROMPT=0 GIT_CONFIG_COUNT=3 \
    GIT_CONFIG_KEY_0=url.https://github.com/.insteadOf GIT_CONFIG_VALUE_0=git@github.com: \
    GIT_CONFIG_KEY_1=url.https://github.com/.insteadOf GIT_CONFIG_VALUE_1=ssh://git@github.com/ \
    GIT_CONFIG_KEY_2=url.https://github.com/.insteadOf GIT_CONFIG_VALUE_2=git://github.com/; \
  [ ! -s /tmp/extra-ca.pem ] || export NODE_EXTRA_CA_CERTS=/tmp/extra-ca.pem; \
  npm install --global "openclaw@${VERSION}" "--registry=${REGISTRY}/" \
    --no-audit --no-fund --no-update-notifier --no-progress --loglevel=http \
    --fetch-retries=3 --fetch-retry-factor=3 --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=9000 \
    --allow-scripts=openclaw; \
  head -c 1000000 /dev/zero >/tmp/room; \
  said=$(HOME=/tmp/home openclaw --version); \
  echo "$said"; \
  case $said in *"${VERSION}"*) ;; *) echo "that is not OpenClaw ${VERSION}" >&2; exit 1 ;; esac; \
  rm -rf /tmp/* /root/.npm

ENV HOME=/home/node
USER node
WORKDIR /home/node
EXPOSE 18789
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:18789/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["openclaw-init"]
CMD ["openclaw", "gateway"]
LABEL org.opencontainers.image.title="OpenClaw" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.source="https://github.com/openclaw/openclaw"
