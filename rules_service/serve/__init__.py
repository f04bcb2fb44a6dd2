"""The gRPC services. Reading order: `server`, `interceptor`, `decision_service`, `decider`, `convert`.

Nothing is imported here, so that the command line can use `convert` without starting up gRPC.
"""
