// SPDX-License-Identifier: Apache-2.0

/// A CRM that nobody ships, described with docs/recipes.md alone: two requests a lead, a look-up by our id, a token for a password,
/// errors inside 200.
public enum FlowerCRM {
    public static let recipe = """
        recipe: flower
        account:
          url: url
          user: text
          password: secret
        base: "{account.url}/v1"
        auth:
          kind: token
          get: auth.token
          refresh: auth.refresh
          rotates: yes
          life: {body: data.expires_in}
          header: {name: X-Session, value: "{auth.token}"}
        operations:
          auth.token:
            post: token
            form: {grant_type: password, username: "{account.user}", password: "{account.password}"}
            auth: none
            take: {token: data.access, refresh_token: data.refresh}
            idempotent: yes
            classify: [{body: {error.code: bad_password}, class: auth_invalid}]
          auth.refresh:
            post: token
            form: {grant_type: refresh_token, refresh_token: "{auth.refresh_token}"}
            auth: none
            take: {token: data.access, refresh_token: data.refresh}
            on unknown: hold
            classify: [{has: error, class: auth_invalid}]
          client.find:
            post: clients/search
            json: {phone: "{lead.phone}"}
            pick: {from: data, where: {phone: {phone: "{lead.phone}"}}, take: {client_id: id}}
            idempotent: yes
          client.create:
            post: clients
            json: {name: "{lead.name or lead.phone}", phone: "{lead.phone}"}
            take: {client_id: data.id}
            on unknown: {look: client.find, after: 1 s, again after: 10 s, then: repeat}
          order.find:
            post: orders/search
            json: {ref: "{lead.key}"}
            pick: {from: data, where: {ref: "{lead.key}"}, take: {order_id: id}}
            idempotent: yes
          order.create:
            post: orders
            json:
              ref: "{lead.key}"
              client: "{client_id}"
              title: "{lead.title | cut 40}"
              sum: "{lead.amount | number}"
              manager: "{owner.crm}"
              +: "{mapping.fields}"
            take: {order_id: data.id}
            on unknown: {look: order.find, after: 1 s, again after: 10 s, then: repeat}
          order.read:
            post: orders/read
            json: {id: "{order_id}"}
            idempotent: yes
        plan:
          deliver:
            - {step: client, first: client.find, else: client.create, if: lead.phone}
            - {step: order, first: order.find, else: order.create}
        shown id: order_id
        message: error.text
        field: error.field
        classify:
          - {body: {error.code: session_over}, class: auth_expired}
          - {body: {error.code: busy}, class: retry, wait: {body: error.wait_ms, unit: milliseconds, else: 1 s}}
          - {body: {error.code: slow_down}, class: throttled, wait: 30 s}
          - {has: error, class: invalid}
          - {status: 200, has: data, class: ok}
          - {class: server_error}
        outcomes:
          records:
            lead:
              read: order.read
              as: order_id
              from: data
              id: id
              key: ref
              stage: stage
              state: {of: stage, table: {bouquet_paid: won, withered: lost}}
              paid: {amount: paid, currency: currency}
          statuses: {gathering: ACCEPTED, bouquet_paid: WON, withered: LOST}
        pace: {rate: 50 per s, burst: 50, concurrent: 2, timeout: 5 s}
        """
}
