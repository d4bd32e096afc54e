/** What `npm run jobs -- --help` prints. */
export const HELP = `npm run jobs -- COMMAND [options]

  list                 the jobs of a budget, newest first
  show JOB             a job: its steps, what went wrong and what to do
  suggestions          proposed categories
  approve [ID …]       approves suggestions, by their ids or by what they are
  reject [ID …]        rejects them
  apply [ID …]         writes into the budget: what is approved, or what is named
  cancel JOB           calls a job off
  retry JOB            runs a failed or canceled job again

Where (the stack that the AWS SDK's own settings lead to, unless said otherwise):
  --stack NAME         another stack than ActualJobs
  --data DIR           the stack that npm start runs with this data folder
  --url URL            an API by its address
  --region REGION      with --url, where the address does not tell it
  --token-file FILE    sends the token in this file instead of a signature

  --budget SYNC_ID     the budget; or ACTUAL_JOBS_BUDGET in the environment. With --data, its only one
  --json               one JSON document in place of tables
  --help               this text

list:                  --type TYPE, --status STATUS, --limit N (20)
show:                  --events the whole history, --wait until it has ended
suggestions:           --status STATUS (pending), --limit N (100)
suggestions, approve, reject:
  --payee NAME         those of this payee; * stands for anything
  --category NAME      those whose first proposal is this category; the same
  --above CONFIDENCE   those at least that sure (0 to 1), but for a language model's
approve:               --to-category NAME_OR_ID and --to-payee NAME correct what is to be written
approve, reject:       --dry-run only shows which
apply:                 --above CONFIDENCE pending ones too that are at least that sure
apply, retry:          --no-wait does not wait for the end

Ends with 0 when all went well; with 1 when a job that it waited for failed or was canceled, a decision was not taken, or the
command broke off after it had, or may have, made a job or taken decisions; with 2 when nothing could be done.
`;
