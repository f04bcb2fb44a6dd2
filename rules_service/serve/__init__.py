"""The gRPC services.

Reading order: `server`, `interceptor`, `decision_service`, `decider`, `convert`; for the register `register_service`,
`control` (whether a call may go on), `registrar`, `followers`, `row_imports` and `directory`; for several processes
`supervisor`, `server_process` and `ports`.

Nothing is imported here, so that the command line can use `convert` without starting up gRPC.
"""
