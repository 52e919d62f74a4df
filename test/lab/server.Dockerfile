FROM debian:bookworm-slim
ARG PACKAGES
RUN apt-get update -qq \
  && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $PACKAGES \
  && rm -rf /var/lib/apt/lists/*
COPY ca-certificates.crt /tmp/ca-certificates.crt
COPY prepare-server.sh /tmp/prepare-server.sh
RUN if [ -s /tmp/ca-certificates.crt ]; then cp /tmp/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt; fi \
  && sh /tmp/prepare-server.sh / \
  && rm /tmp/ca-certificates.crt /tmp/prepare-server.sh
ENV container=docker NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
EXPOSE 22
CMD ["/sbin/init"]
