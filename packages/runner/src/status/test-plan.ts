import type { Scenario } from '../scenario/types.ts';

/** How to run what the page tells of. */
export function testPlan(scenarios: readonly Scenario[]): string {
  const commands = scenarios.map(
    ({ number, title, steps, tests }) =>
      `# Scenario ${number}: ${title} (${steps.length} steps, ${tests.length} tests)\nmeshbed run ${number} -c meshbed.yaml`,
  );
  const order = scenarios.map(({ number, title }, index) => `${index + 1}. **Scenario ${number}** – ${title}`);
  return `## Test Plan

### Running Tests

\`\`\`bash
${commands.join('\n\n')}
\`\`\`

Without a configuration everything runs in the sandbox: \`meshbed demo\`.

### EKS Cluster Lifecycle

| Action | Behavior | When |
|---|---|---|
| **Creation** | automatic; running again changes nothing | step 2, \`eks_cluster\` |
| **Deletion** | optional, only when asked for | \`meshbed run N -d\`, \`meshbed cleanup --eks\` |

\`\`\`bash
# Keep the cluster after the tests
meshbed run 1 -c meshbed.yaml

# Delete everything after the tests
meshbed run 1 -c meshbed.yaml -d

# Only the tests
meshbed run 1 -c meshbed.yaml -t

# From a step on
meshbed run 1 -c meshbed.yaml -s istio_install

# What is there, and what it costs
meshbed audit -c meshbed.yaml
\`\`\`

### Recommended Test Order

${order.join('\n')}

### Quick Validation

\`\`\`bash
kubectl get pods -n istio-system
istioctl ztunnel-config services
istioctl ztunnel-config workloads
kubectl get serviceentries -A
meshbed explain
\`\`\`

### Config Setup

\`\`\`bash
meshbed config init     # writes meshbed.yaml, everything in it explained
meshbed config check    # says what is missing or wrong
\`\`\``;
}
