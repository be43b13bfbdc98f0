// SPDX-License-Identifier: Apache-2.0
import Essentials
import Hummingbird
import PBX

/// `POST /crm/{account}[/{token}]`: what a CRM reports back.
struct OutcomeRoute: Sendable {
    let receiver: any OutcomeReceiver
    let gate: HookGate
    let time: any TimeSource

    static let prefix = "/crm/"

    func respond(to request: Request, context: WebContext) async throws -> Response {
        let target = HookTarget(request.head.path ?? "", prefix: Self.prefix)
        let response: Response
        do {
            guard !target.name.isEmpty, target.tail.count <= 1 else { throw Problem.notFound("address") }
            let hook = try await HookRequest(request, target, limit: gate.limits.bodyBytesMax, at: time.now(), from: context.remoteAddress)
            let reply = await gate.withPlace { await receiver.receive(account: target.name, token: target.tail.first, hook) }
            response = reply.map(Response.init) ?? Problem.unavailable.response
        } catch let problem as Problem {
            response = problem.response
        }
        gate.count(response.status.code)
        return response
    }
}
