/** Imported before any handler: handlers read their environment when they are loaded. */
export const STATE_MACHINE_ARN =
  'arn:aws:states:eu-central-1:111122223333:stateMachine:JobWorkflow';

Object.assign(process.env, {
  AWS_REGION: 'eu-central-1',
  TABLE_NAME: 'Table',
  BUCKET_NAME: 'bucket',
  STATE_MACHINE_ARN,
  RETENTION_DAYS: '30',
  PENDING_SUGGESTION_DAYS: '90',
  METRICS_NAMESPACE: 'ActualJobs',
  POWERTOOLS_METRICS_DISABLED: 'true',
  POWERTOOLS_LOG_LEVEL: process.env.POWERTOOLS_LOG_LEVEL ?? 'SILENT',
});
