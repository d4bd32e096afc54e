/** Written by `npm run client` from the OpenAPI document, with openapi-typescript; do not edit. */

export interface paths {
    "/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The jobs of a budget, newest first */
        get: operations["listJobs"];
        put?: never;
        /** Creates a job for a budget */
        post: operations["createJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{jobId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A job with its steps */
        get: operations["getJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{jobId}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A job's history, oldest first */
        get: operations["listJobEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{jobId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Calls a job off that has not begun to change the budget */
        post: operations["cancelJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{jobId}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Runs a failed or canceled job again, as a new job */
        post: operations["retryJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/budgets/{budgetId}/suggestions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Proposed categories, newest transaction first */
        get: operations["listSuggestions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Decides on many suggestions, each by itself */
        patch: operations["reviewSuggestions"];
        trace?: never;
    };
    "/budgets/{budgetId}/suggestions/{suggestionId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Approves or rejects a suggestion, with an optional correction */
        patch: operations["reviewSuggestion"];
        trace?: never;
    };
    "/budgets/{budgetId}/snapshots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Kept copies of the budget, newest first */
        get: operations["listSnapshots"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/budgets/{budgetId}/snapshots/{snapshotId}/download": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The way to the file of a kept copy, which Actual opens with "Import file" */
        get: operations["downloadSnapshot"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document */
        get: operations["getOpenapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description Brings our snapshot of the budget up to date. */
        NewBudgetSync: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "budget_sync";
            /**
             * Format: uuid
             * @description Actual's Sync ID of the budget (Settings → Advanced).
             * @example 0190b1d4-7c1a-7000-8000-000000000001
             */
            budgetId: string;
            /** @description Distrust our snapshot and download the whole budget. */
            fullResync?: boolean;
            /** @description Run Actual's own bank sync first. */
            bankSync?: boolean;
        };
        /** @description Proposes categories from our snapshot as it is. */
        NewSuggestionsGenerate: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "suggestions_generate";
            /**
             * Format: uuid
             * @description Actual's Sync ID of the budget (Settings → Advanced).
             * @example 0190b1d4-7c1a-7000-8000-000000000001
             */
            budgetId: string;
        };
        /** @description Both, one after the other. */
        NewSyncAndSuggest: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "sync_and_suggest";
            /**
             * Format: uuid
             * @description Actual's Sync ID of the budget (Settings → Advanced).
             * @example 0190b1d4-7c1a-7000-8000-000000000001
             */
            budgetId: string;
            /** @description Distrust our snapshot and download the whole budget. */
            fullResync?: boolean;
            /** @description Run Actual's own bank sync first. */
            bankSync?: boolean;
        };
        /** @description Proposes anew for the payee of a suggestion. */
        NewSuggestionsRetryPayee: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "suggestions_retry_payee";
            /**
             * Format: uuid
             * @description Actual's Sync ID of the budget (Settings → Advanced).
             * @example 0190b1d4-7c1a-7000-8000-000000000001
             */
            budgetId: string;
            suggestionId: string;
        };
        /** @description Writes categories into the budget. */
        NewSuggestionsApply: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "suggestions_apply";
            /**
             * Format: uuid
             * @description Actual's Sync ID of the budget (Settings → Advanced).
             * @example 0190b1d4-7c1a-7000-8000-000000000001
             */
            budgetId: string;
            /** @description Everything approved, unless given. */
            suggestionIds?: string[];
            /** @description Pending ones at or above it too, but for those of a language model. */
            minConfidence?: number | 0;
        };
        /** @description Keeps a copy of the budget. */
        NewSnapshotCreate: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "snapshot_create";
            /**
             * Format: uuid
             * @description Actual's Sync ID of the budget (Settings → Advanced).
             * @example 0190b1d4-7c1a-7000-8000-000000000001
             */
            budgetId: string;
        };
        /** @description Replaces our snapshot by a full download. */
        NewSnapshotRedownload: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "snapshot_redownload";
            /**
             * Format: uuid
             * @description Actual's Sync ID of the budget (Settings → Advanced).
             * @example 0190b1d4-7c1a-7000-8000-000000000001
             */
            budgetId: string;
        };
        Review: {
            /** @constant */
            status: "approved";
            /** @description Instead of the first proposal. That the budget has it is checked when it is applied. */
            categoryId?: string;
            /** @description A payee to be set, with a character that can be seen; created when the budget has none of this name. */
            payeeName?: string;
        } | {
            /** @constant */
            status: "rejected";
        };
        JobAndSteps: {
            job: components["schemas"]["Job"];
            steps: components["schemas"]["JobStep"][];
        };
        Job: {
            /**
             * Format: uuid
             * @example 0190b1d4-7c1a-7000-8000-000000000001
             */
            id: string;
            /**
             * Format: uuid
             * @example 0190b1d4-7c1a-7000-8000-000000000001
             */
            budgetId: string;
            /** @enum {string} */
            type: "budget_sync" | "suggestions_generate" | "sync_and_suggest" | "suggestions_retry_payee" | "suggestions_apply" | "snapshot_create" | "snapshot_redownload" | "scheduled_sync_and_suggest";
            /** @enum {string} */
            status: "queued" | "running" | "succeeded" | "failed" | "canceled";
            /**
             * Format: date-time
             * @example 2026-01-31T23:59:59.000Z
             */
            createdAt: string;
            startedAt: string | null;
            completedAt: string | null;
            failureReason: string | null;
            failureCode: ("AUTH_FAILED" | "SECRET_INVALID" | "SESSION_EXPIRED" | "LOGIN_THROTTLED" | "SERVER_THROTTLED" | "SERVER_UNREACHABLE" | "BUDGET_NOT_FOUND" | "ENCRYPTION_KEY_REQUIRED" | "ENCRYPTION_KEY_WRONG" | "ENCRYPTION_KEY_UNSUPPORTED" | "VERSION_MISMATCH" | "SYNC_DIVERGED" | "BUDGET_RESET" | "BUDGET_NEEDS_ATTENTION" | "BUDGET_TOO_LARGE" | "CLOCK_DRIFT" | "DOWNLOAD_FAILED" | "BUDGET_CORRUPT" | "SNAPSHOT_MISSING" | "SNAPSHOT_DAMAGED" | "APPLY_REJECTED" | "SUGGESTION_NOT_FOUND" | "TIMED_OUT" | "WORKER_DIED" | "DISK_FULL" | "NO_CAPACITY" | "STORAGE_UNAVAILABLE" | "NOT_SUPPORTED" | "UNKNOWN") | null;
            /** @description Whether the same job may go through another time although nothing was done. */
            failureRetryable: boolean | null;
            /** @description What to do about the failure. */
            failureNextAction: string | null;
            /** @description The job that this one repeats, or the scheduled one whose proposals it applies. */
            parentJobId: string | null;
            metadata: {
                /** @enum {string} */
                trigger: "api" | "schedule";
                /** @description Account and role or user, issuer and subject of a token, or the schedule. */
                requestedBy?: string;
                /** @description How many jobs before this one tried the same. */
                retryCount: number;
                fullResync?: boolean;
                bankSync?: boolean;
                /** @description The suggestion whose payee a `suggestions_retry_payee` proposes anew for. */
                suggestionId?: string;
                /** @description How many suggestions a `suggestions_apply` was told to apply. */
                suggestionCount?: number;
                /** @description What a `suggestions_apply` was told to apply. Answers other than that of `GET /jobs/{jobId}` only count them. */
                suggestionIds?: string[];
                /** @description Pending suggestions at or above it are applied too, but for those of a language model. */
                minConfidence?: number;
                /** @description Once the scheduled job has succeeded, another applies what is approved, and pending suggestions at or above it, but for those of a language model. */
                applyAtConfidence?: number;
                counts?: {
                    /** @description Accounts in the snapshot, closed ones too. */
                    accounts?: number;
                    /** @description Transactions in the snapshot, each split one once. */
                    transactions?: number;
                    /** @description Those of them that the snapshot before did not have. */
                    newTransactions?: number;
                    /** @description Transactions without a category that may get a suggestion; of a `suggestions_retry_payee` those of the payee. */
                    uncategorised?: number;
                    /** @description Suggestions that there are after the job, whatever their status; of a `suggestions_retry_payee` those of the payee. */
                    suggestions?: number;
                    /** @description Suggestions that the job wrote, because they are new or changed. */
                    written?: number;
                    /** @description Suggestions that the job removed: nothing is proposed any more, or their snapshot was distrusted. */
                    removed?: number;
                    /** @description Suggestions that are in the budget now, those of an attempt before among them. */
                    applied?: number;
                    /** @description Suggestions that were to be applied and were not; `warnings` says why. */
                    notApplied?: number;
                    /** @description Calls of a language model, those that failed among them. */
                    modelCalls?: number;
                    /** @description Tokens that those calls took; estimated where the model does not say. */
                    modelTokens?: number;
                };
                /** @description What the job left undone. */
                warnings?: {
                    code: string;
                    message: string;
                    count?: number;
                }[];
            };
            /** @description Counts the changes of the job and of its steps. */
            version: number;
            /** @description The job's execution in the AWS console; null while it waits in line. */
            executionUrl: string | null;
        };
        JobStep: {
            /**
             * Format: uuid
             * @example 0190b1d4-7c1a-7000-8000-000000000001
             */
            id: string;
            /**
             * Format: uuid
             * @example 0190b1d4-7c1a-7000-8000-000000000001
             */
            jobId: string;
            /** @enum {string} */
            stepType: "sync" | "suggestions";
            /** @enum {string} */
            status: "queued" | "running" | "succeeded" | "failed" | "canceled";
            position: number;
            startedAt: string | null;
            completedAt: string | null;
            failureReason: string | null;
        };
        Problem: {
            /** @description Tells kinds of problems apart; stable. */
            type: string;
            title: string;
            status: number;
            detail: string;
            /** @description Leads to the request in the logs. */
            requestId: string;
            errors?: {
                /** @description Name of the parameter or header, or a JSON pointer into the body. */
                field: string;
                message: string;
            }[];
        };
        /** @description API Gateway's own. */
        GatewayRefusal: {
            message: string;
        };
        JobList: {
            jobs: components["schemas"]["Job"][];
            /** @description Null on the last page. One before may be short, even empty: go on until it is null. */
            nextCursor: string | null;
        };
        EventList: {
            events: components["schemas"]["JobEvent"][];
        };
        JobEvent: {
            /**
             * Format: uuid
             * @example 0190b1d4-7c1a-7000-8000-000000000001
             */
            id: string;
            /**
             * Format: uuid
             * @example 0190b1d4-7c1a-7000-8000-000000000001
             */
            jobId: string;
            /** @description Null for the job itself. */
            stepId: string | null;
            /** @enum {string} */
            status: "queued" | "running" | "succeeded" | "failed" | "canceled";
            message?: string;
            /**
             * Format: date-time
             * @example 2026-01-31T23:59:59.000Z
             */
            createdAt: string;
            version: number;
        };
        SuggestionList: {
            suggestions: components["schemas"]["Suggestion"][];
            /** @description Null on the last page. One before may be short, even empty: go on until it is null. */
            nextCursor: string | null;
        };
        Suggestion: {
            id: string;
            /**
             * Format: uuid
             * @example 0190b1d4-7c1a-7000-8000-000000000001
             */
            budgetId: string;
            transactionId: string;
            revision: number;
            /** @enum {string} */
            status: "pending" | "approved" | "rejected" | "applied";
            transaction: {
                /** Format: date */
                date: string;
                accountName: string;
                payee: string;
                /** @description In the budget's smallest unit; negative is spent. */
                amount: number;
                payeeId: string | null;
                reconciled: boolean;
            };
            proposals: {
                categoryId: string;
                /** @description With its group behind it where several groups have one of this name. */
                categoryName: string;
                confidence: number;
            }[];
            reason: string;
            /** @description A payee to be set, where the bank's text is not one that the budget knows. */
            payeeName: string | null;
            /**
             * @description What was chosen before, or a language model; what a model proposes is applied only once approved.
             * @enum {string}
             */
            proposedBy: "history" | "model";
            /** @description What is to be written, once approved. */
            decision: {
                categoryId: string;
                categoryName: string | null;
                payeeName: string | null;
                /**
                 * Format: date-time
                 * @example 2026-01-31T23:59:59.000Z
                 */
                decidedAt: string;
                decidedBy: string;
            } | null;
            /** @description Rejected for this transaction, and never proposed for it again. */
            rejectedCategoryIds: string[];
            /** @description Why the last apply left it as it was. */
            lastOutcome: {
                /** @enum {string} */
                code: "TRANSACTION_GONE" | "TRANSACTION_SPLIT" | "TRANSACTION_CATEGORISED" | "TRANSACTION_CHANGED" | "TRANSACTION_RECONCILED" | "TRANSACTION_TRANSFER" | "ACCOUNT_CLOSED" | "CATEGORY_GONE" | "CATEGORY_HIDDEN" | "PAYEE_MERGED" | "DECIDED_ANEW" | "NOT_CONFIRMED";
                /**
                 * Format: date-time
                 * @example 2026-01-31T23:59:59.000Z
                 */
                at: string;
            } | null;
            /** @description The job that wrote it into the budget. */
            appliedBy: string | null;
            /**
             * Format: date-time
             * @example 2026-01-31T23:59:59.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @example 2026-01-31T23:59:59.000Z
             */
            updatedAt: string;
        };
        ReviewOutcomes: {
            /** @description In the order of the decisions. */
            outcomes: ({
                id: string;
                /** @constant */
                outcome: "reviewed";
                suggestion: components["schemas"]["Suggestion"];
            } | {
                id: string;
                /** @enum {string} */
                outcome: "unknown" | "stale" | "applied" | "conflict" | "unavailable";
                detail: string;
            })[];
        };
        OneSuggestion: {
            suggestion: components["schemas"]["Suggestion"];
        };
        SnapshotList: {
            snapshots: components["schemas"]["Snapshot"][];
            /** @description Null on the last page. One before may be short, even empty: go on until it is null. */
            nextCursor: string | null;
        };
        /** @description A kept copy of a budget. */
        Snapshot: {
            /**
             * Format: uuid
             * @description The id of the job that made it.
             * @example 0190b1d4-7c1a-7000-8000-000000000001
             */
            id: string;
            /**
             * Format: uuid
             * @example 0190b1d4-7c1a-7000-8000-000000000001
             */
            budgetId: string;
            /**
             * Format: date-time
             * @example 2026-01-31T23:59:59.000Z
             */
            takenAt: string;
            bytes: number;
            counts: {
                accounts: number;
                transactions: number;
            };
            /**
             * Format: date-time
             * @description When it is removed.
             * @example 2026-01-31T23:59:59.000Z
             */
            expiresAt: string;
        };
        OneSnapshot: {
            snapshot: components["schemas"]["Snapshot"];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type NewBudgetSync = components['schemas']['NewBudgetSync'];
export type NewSuggestionsGenerate = components['schemas']['NewSuggestionsGenerate'];
export type NewSyncAndSuggest = components['schemas']['NewSyncAndSuggest'];
export type NewSuggestionsRetryPayee = components['schemas']['NewSuggestionsRetryPayee'];
export type NewSuggestionsApply = components['schemas']['NewSuggestionsApply'];
export type NewSnapshotCreate = components['schemas']['NewSnapshotCreate'];
export type NewSnapshotRedownload = components['schemas']['NewSnapshotRedownload'];
export type Review = components['schemas']['Review'];
export type JobAndSteps = components['schemas']['JobAndSteps'];
export type Job = components['schemas']['Job'];
export type JobStep = components['schemas']['JobStep'];
export type Problem = components['schemas']['Problem'];
export type GatewayRefusal = components['schemas']['GatewayRefusal'];
export type JobList = components['schemas']['JobList'];
export type EventList = components['schemas']['EventList'];
export type JobEvent = components['schemas']['JobEvent'];
export type SuggestionList = components['schemas']['SuggestionList'];
export type Suggestion = components['schemas']['Suggestion'];
export type ReviewOutcomes = components['schemas']['ReviewOutcomes'];
export type OneSuggestion = components['schemas']['OneSuggestion'];
export type SnapshotList = components['schemas']['SnapshotList'];
export type Snapshot = components['schemas']['Snapshot'];
export type OneSnapshot = components['schemas']['OneSnapshot'];
export type $defs = Record<string, never>;
export interface operations {
    listJobs: {
        parameters: {
            query: {
                /** @description Actual's Sync ID of the budget (Settings → Advanced). */
                budgetId: string;
                type?: "budget_sync" | "suggestions_generate" | "sync_and_suggest" | "suggestions_retry_payee" | "suggestions_apply" | "snapshot_create" | "snapshot_redownload" | "scheduled_sync_and_suggest";
                status?: "queued" | "running" | "succeeded" | "failed" | "canceled";
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of jobs */
            200: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobList"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no token, or not a good one (by the gateway) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            /** @description The signature is missing, wrong or too old, or the token lacks the scope (by the gateway); or the caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests at once (by the gateway) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            /** @description Something went wrong on our side; or a function could not begin or go on (by the gateway) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            /** @description The service is overloaded for the moment; or there was no room for a function, or no answer in time (by the gateway) */
            503: {
                headers: {
                    /** @description Seconds after which to come again, where that may help */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
        };
    };
    createJob: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewBudgetSync"] | components["schemas"]["NewSuggestionsGenerate"] | components["schemas"]["NewSyncAndSuggest"] | components["schemas"]["NewSuggestionsRetryPayee"] | components["schemas"]["NewSuggestionsApply"] | components["schemas"]["NewSnapshotCreate"] | components["schemas"]["NewSnapshotRedownload"];
            };
        };
        responses: {
            /** @description The job, in line */
            201: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    /** @description Where the job is */
                    location: string;
                    /** @description `true` when the same request made this job before */
                    "idempotency-replayed"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAndSteps"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no token, or not a good one (by the gateway) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            /** @description The signature is missing, wrong or too old, or the token lacks the scope (by the gateway); or the caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large; or larger than a function takes (by the gateway) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            /** @description The body has to be JSON */
            415: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The idempotency key was used for another request */
            422: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests at once (by the gateway) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            /** @description Something went wrong on our side; or a function could not begin or go on (by the gateway) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            /** @description The service is overloaded for the moment; or there was no room for a function, or no answer in time (by the gateway) */
            503: {
                headers: {
                    /** @description Seconds after which to come again, where that may help */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
        };
    };
    getJob: {
        parameters: {
            query?: {
                wait?: number;
            };
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                jobId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job */
            200: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    /** @description Stands for just this answer */
                    etag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAndSteps"];
                };
            };
            /** @description The job is as `If-None-Match` has it; no body */
            304: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    /** @description Stands for just this answer */
                    etag: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no token, or not a good one (by the gateway) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            /** @description The signature is missing, wrong or too old, or the token lacks the scope (by the gateway); or the caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests at once (by the gateway) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            /** @description Something went wrong on our side; or a function could not begin or go on (by the gateway) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            /** @description The service is overloaded for the moment; or there was no room for a function, or no answer in time (by the gateway) */
            503: {
                headers: {
                    /** @description Seconds after which to come again, where that may help */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
        };
    };
    listJobEvents: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                jobId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every event */
            200: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventList"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no token, or not a good one (by the gateway) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            /** @description The signature is missing, wrong or too old, or the token lacks the scope (by the gateway); or the caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests at once (by the gateway) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            /** @description Something went wrong on our side; or a function could not begin or go on (by the gateway) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            /** @description The service is overloaded for the moment; or there was no room for a function, or no answer in time (by the gateway) */
            503: {
                headers: {
                    /** @description Seconds after which to come again, where that may help */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
        };
    };
    cancelJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                jobId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job, canceled */
            200: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAndSteps"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no token, or not a good one (by the gateway) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            /** @description The signature is missing, wrong or too old, or the token lacks the scope (by the gateway); or the caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The job cannot be called off any more; Something else changed it at the same time */
            409: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    /** @description Seconds after which to come again, where that may help */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large; or larger than a function takes (by the gateway) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            /** @description Too many requests at once (by the gateway) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            /** @description Something went wrong on our side; or a function could not begin or go on (by the gateway) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            /** @description The service is overloaded for the moment; or there was no room for a function, or no answer in time (by the gateway) */
            503: {
                headers: {
                    /** @description Seconds after which to come again, where that may help */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
        };
    };
    retryJob: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                jobId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job, in line */
            201: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    /** @description Where the job is */
                    location: string;
                    /** @description `true` when the same request made this job before */
                    "idempotency-replayed"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAndSteps"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no token, or not a good one (by the gateway) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            /** @description The signature is missing, wrong or too old, or the token lacks the scope (by the gateway); or the caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The job is not one to run again; Something else changed it at the same time */
            409: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    /** @description Seconds after which to come again, where that may help */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large; or larger than a function takes (by the gateway) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            /** @description The idempotency key was used for another request */
            422: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests at once (by the gateway) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            /** @description Something went wrong on our side; or a function could not begin or go on (by the gateway) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            /** @description The service is overloaded for the moment; or there was no room for a function, or no answer in time (by the gateway) */
            503: {
                headers: {
                    /** @description Seconds after which to come again, where that may help */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
        };
    };
    listSuggestions: {
        parameters: {
            query?: {
                status?: "pending" | "approved" | "rejected" | "applied";
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description Actual's Sync ID of the budget (Settings → Advanced). */
                budgetId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of suggestions */
            200: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SuggestionList"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no token, or not a good one (by the gateway) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            /** @description The signature is missing, wrong or too old, or the token lacks the scope (by the gateway); or the caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests at once (by the gateway) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            /** @description Something went wrong on our side; or a function could not begin or go on (by the gateway) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            /** @description The service is overloaded for the moment; or there was no room for a function, or no answer in time (by the gateway) */
            503: {
                headers: {
                    /** @description Seconds after which to come again, where that may help */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
        };
    };
    reviewSuggestions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Actual's Sync ID of the budget (Settings → Advanced). */
                budgetId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    decisions: ({
                        id: string;
                        /** @constant */
                        status: "approved";
                        /** @description Instead of the first proposal. That the budget has it is checked when it is applied. */
                        categoryId?: string;
                        /** @description A payee to be set, with a character that can be seen; created when the budget has none of this name. */
                        payeeName?: string;
                    } | {
                        id: string;
                        /** @constant */
                        status: "rejected";
                    })[];
                };
            };
        };
        responses: {
            /** @description What came of each decision */
            200: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReviewOutcomes"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no token, or not a good one (by the gateway) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            /** @description The signature is missing, wrong or too old, or the token lacks the scope (by the gateway); or the caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large; or larger than a function takes (by the gateway) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            /** @description The body has to be JSON */
            415: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests at once (by the gateway) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            /** @description Something went wrong on our side; or a function could not begin or go on (by the gateway) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            /** @description The service is overloaded for the moment; or there was no room for a function, or no answer in time (by the gateway) */
            503: {
                headers: {
                    /** @description Seconds after which to come again, where that may help */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
        };
    };
    reviewSuggestion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Actual's Sync ID of the budget (Settings → Advanced). */
                budgetId: string;
                suggestionId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Review"];
            };
        };
        responses: {
            /** @description The suggestion as decided */
            200: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OneSuggestion"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no token, or not a good one (by the gateway) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            /** @description The signature is missing, wrong or too old, or the token lacks the scope (by the gateway); or the caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The suggestion was replaced by a newer one; The suggestion is applied already; Something else changed it at the same time */
            409: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    /** @description Seconds after which to come again, where that may help */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large; or larger than a function takes (by the gateway) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            /** @description The body has to be JSON */
            415: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests at once (by the gateway) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            /** @description Something went wrong on our side; or a function could not begin or go on (by the gateway) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            /** @description The service is overloaded for the moment; or there was no room for a function, or no answer in time (by the gateway) */
            503: {
                headers: {
                    /** @description Seconds after which to come again, where that may help */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
        };
    };
    listSnapshots: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description Actual's Sync ID of the budget (Settings → Advanced). */
                budgetId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of kept copies */
            200: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SnapshotList"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no token, or not a good one (by the gateway) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            /** @description The signature is missing, wrong or too old, or the token lacks the scope (by the gateway); or the caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests at once (by the gateway) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            /** @description Something went wrong on our side; or a function could not begin or go on (by the gateway) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            /** @description The service is overloaded for the moment; or there was no room for a function, or no answer in time (by the gateway) */
            503: {
                headers: {
                    /** @description Seconds after which to come again, where that may help */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
        };
    };
    downloadSnapshot: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Actual's Sync ID of the budget (Settings → Advanced). */
                budgetId: string;
                snapshotId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The link is good for five minutes and needs no signature */
            303: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    /** @description The file (zip) */
                    location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OneSnapshot"];
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no token, or not a good one (by the gateway) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            /** @description The signature is missing, wrong or too old, or the token lacks the scope (by the gateway); or the caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing */
            404: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests at once (by the gateway) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            /** @description Something went wrong on our side; or a function could not begin or go on (by the gateway) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            /** @description The service is overloaded for the moment; or there was no room for a function, or no answer in time (by the gateway) */
            503: {
                headers: {
                    /** @description Seconds after which to come again, where that may help */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
        };
    };
    getOpenapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OpenAPI 3.1 */
            200: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description The request is not valid */
            400: {
                headers: {
                    /** @description Leads to the request in the logs */
                    "x-request-id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no token, or not a good one (by the gateway) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            /** @description The signature is missing, wrong or too old, or the token lacks the scope (by the gateway); or the caller may not do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests at once (by the gateway) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            /** @description Something went wrong on our side; or a function could not begin or go on (by the gateway) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
            /** @description The service is overloaded for the moment; or there was no room for a function, or no answer in time (by the gateway) */
            503: {
                headers: {
                    /** @description Seconds after which to come again, where that may help */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "application/json": components["schemas"]["GatewayRefusal"];
                };
            };
        };
    };
}
