"""Stand-in for LiteLLM's migration: makes the tables that the stand-in uses, under a lock of the session as Prisma does."""

import os
import sys

import psycopg2

if os.environ.get("DISABLE_SCHEMA_UPDATE", "false").lower() == "true":
    print("Skipping schema update based on DISABLE_SCHEMA_UPDATE setting")
    sys.exit(0)
connection = psycopg2.connect(os.environ["DATABASE_URL"], connect_timeout=10)
with connection, connection.cursor() as cursor:
    cursor.execute("SELECT pg_advisory_lock(72707369)")
    cursor.execute('CREATE TABLE IF NOT EXISTS "LiteLLM_VerificationToken" (token text PRIMARY KEY, key_alias text, spend float DEFAULT 0)')
    cursor.execute('CREATE TABLE IF NOT EXISTS "LiteLLM_SpendLogs" (request_id text PRIMARY KEY, model text, status text, at timestamptz DEFAULT now())')
print("All migrations have been successfully applied.")
