import Dockerode from 'dockerode';

/** Makes a container anew as somebody does who knows better: published to everybody, with an environment of their own. */
export async function openToAll(name: string, env: readonly string[] = []): Promise<void> {
  const engine = new Dockerode();
  const old = engine.getContainer(name);
  const { Config, HostConfig, NetworkSettings, Name } = await old.inspect();
  await old.remove({ force: true });
  const bindings = HostConfig.PortBindings as Record<string, { HostIp: string; HostPort: string }[]>;
  const published = Object.entries(bindings).map(([port, all]) => [
    port,
    all.map((one) => ({ ...one, HostIp: '0.0.0.0' })),
  ]);
  const [network = ''] = Object.keys(NetworkSettings.Networks);
  const address = NetworkSettings.Networks[network]?.IPAddress ?? '';
  const made = await engine.createContainer({
    ...Config,
    name: Name.slice(1),
    Env: [...Config.Env, ...env],
    HostConfig: { ...HostConfig, PortBindings: Object.fromEntries(published) as object },
    NetworkingConfig: { EndpointsConfig: { [network]: { IPAMConfig: { IPv4Address: address } } } },
  });
  await made.start();
}
