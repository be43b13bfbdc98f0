# SPDX-License-Identifier: Apache-2.0
"""What the drivers share: starting and killing the service, signed webhooks, the JSON API, a CRM with a ledger."""
