# Sealed at every start: opened by a person with keys that are nowhere on this server.
ui            = false
disable_mlock = true
api_addr      = "http://vault:8200"
cluster_addr  = "http://vault:8201"

listener "tcp" {
  # Only the stack's inner network reaches it.
  address     = "0.0.0.0:8200"
  tls_disable = true
}

storage "raft" {
  path    = "/vault/file"
  node_id = "vault-1"
}
