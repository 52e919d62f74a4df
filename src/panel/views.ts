import type { DeploymentSecrets, ExposureReport, IngressStatus, InstanceStatus, Preview } from '../core/index.ts';
import type { ErrorReport } from '../shared/app-error.ts';
import { instanceViewSchema, type InstanceStatusView, type InstanceView } from '../shared/contract/instance.ts';
import type { PreviewView } from '../shared/contract/deployment.ts';
import type { ExposureReportView, IngressStatusView } from '../shared/contract/operation.ts';
import type { Instance } from '../shared/model/instance.ts';
import { runIdSchema } from '../shared/model/ids.ts';
import type { DeploymentSecretsInput } from '../shared/model/spec.ts';
import { Secret } from '../shared/secret.ts';

type Report = (error: unknown) => ErrorReport;

const shownSchema = instanceViewSchema.strip();

/** Without where its secrets lie. */
export function viewInstance(instance: Instance): InstanceView {
  return shownSchema.parse(instance);
}

export function viewStatus(status: InstanceStatus, report: Report): InstanceStatusView {
  const { instance, state, because, version, uptimeMs, error } = status;
  return {
    instanceId: instance.id,
    state,
    because,
    ...(version === undefined ? {} : { version }),
    ...(uptimeMs === undefined ? {} : { uptimeMs }),
    ...(error === undefined ? {} : { error: report(error) }),
    at: new Date().toISOString(),
  };
}

export function viewPreview({ id, instance, findings, steps }: Preview, report: Report): PreviewView {
  return {
    previewId: runIdSchema.parse(id),
    instance: viewInstance(instance),
    findings: findings.map(({ id: findingId, title, level, because, error }) => ({
      id: findingId,
      title,
      level,
      because,
      ...(error === undefined ? {} : { error: report(error) }),
    })),
    steps: steps.map(({ id: stepId, title, stage, check }) => ({ id: stepId, title, stage, check })),
  };
}

export function viewIngress(
  { url, certificate, limitedBy, problem }: IngressStatus,
  report: Report,
): IngressStatusView {
  return {
    ...(url === undefined ? {} : { url }),
    ...(certificate === undefined ? {} : { certificate: { ...certificate } }),
    ...(limitedBy === undefined ? {} : { limitedBy }),
    ...(problem === undefined ? {} : { problem: report(problem) }),
  };
}

export function viewReport({ at, reachableFrom, findings }: ExposureReport): ExposureReportView {
  return {
    at: new Date(at).toISOString(),
    reachableFrom,
    findings: findings.map(({ id, title, level, because, fix }) => ({
      id,
      title,
      level,
      because,
      ...(fix === undefined ? {} : { fix }),
    })),
  };
}

/** From here on they are secrets by type. */
export function wrapSecrets(given: DeploymentSecretsInput): DeploymentSecrets {
  const said = Object.entries(given).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(said.map(([name, text]) => [name, new Secret(text)]));
}
