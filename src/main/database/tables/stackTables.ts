/** The tables of stacks and backups. */
export interface StackSchema {
  deployments: DeploymentsTable;
  deployment_looks: DeploymentLooksTable;
  stack_plans: StackPlansTable;
  stack_values: StackValuesTable;
  backup_policies: BackupPoliciesTable;
  backup_sets: BackupSetsTable;
}

/** What was last seen deployed on a server. A cache: the truth is in the server's state directory. */
export interface DeploymentsTable {
  server_id: string;
  stack_id: string;
  /** JSON. */
  deployment: string;
  observed_at_ms: number;
}

/** When a server was last asked what is deployed on it, whatever it answered. */
export interface DeploymentLooksTable {
  server_id: string;
  looked_at_ms: number;
}

/** Plans of deploys, so that one of them alone can be carried out. */
export interface StackPlansTable {
  id: string;
  stack_id: string;
  /** JSON: what was asked for, names of secrets in place of their values. */
  request: string;
  /** JSON: by server, what the plan was made for. */
  marks: string;
  /** JSON of `keptPlanSchema`. */
  plan: string;
  created_at_ms: number;
}

/** Values of parameters that deploys use where none are given: of an environment (`server_id` null), or of one server, with which they go. */
export interface StackValuesTable {
  stack_id: string;
  /** Empty for those of a server. */
  environment: string;
  server_id: string | null;
  /** JSON: text by name. */
  value_set: string;
  who: string;
  updated_at_ms: number;
}

/** Sets of backups that this laptop knows. Kept by the server's name and without a reference to the inventory. */
export interface BackupSetsTable {
  server_name: string;
  stack_id: string;
  id: string;
  /** JSON of `backupSetSchema`. */
  record: string;
}

/** How a stack on a server is to be backed up. */
export interface BackupPoliciesTable {
  server_id: string;
  stack_id: string;
  /** JSON of `backupPolicySchema`. */
  policy: string;
  updated_at_ms: number;
}
