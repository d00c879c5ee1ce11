"""What is served over HTTP: the chat page for officials, and doors for programs.

`app.create_app` puts it together. A request passes `observe` (its id, its log line), `guard` (what a browser may do),
`access` (tokens and limits), and then the routes: `routes` (/api), `openai_routes` (/v1), `mcp_server` (/mcp), or the
page.
"""
