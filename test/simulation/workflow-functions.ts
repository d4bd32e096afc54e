/** The functions that the workflow's states call, by the names that the simulation gives them. */
const WORKFLOW_FUNCTIONS = ['sync', 'suggestions', 'apply', 'snapshot', 'settle'] as const;
export type WorkflowFunction = (typeof WORKFLOW_FUNCTIONS)[number];

export function isWorkflowFunction(name: string): name is WorkflowFunction {
  return WORKFLOW_FUNCTIONS.some((known) => known === name);
}
