// SPDX-License-Identifier: Apache-2.0
internal import CallModel
internal import Hummingbird
internal import WireFormats

/// The lead intake: what Callsieve's delivery calls.
extension BookInterface {
    func addLeadRoutes<Context: RequestContext>(to group: some RouterMethods<Context>) {
        group.put(":key") { request, context in
            await answering(request, context) { try await putLead(request, try context.parameters.require("key")) }
        }
        group.get(":key") { request, context in
            await answering(request, context) {
                try access.checkIntake(request)
                return Reply.json(.ok, LeadView.json(try await book.receipt(key: try context.parameters.require("key"))))
            }
        }
        group.put(":key/status") { request, context in
            await answering(request, context) { try await putStatus(request, try context.parameters.require("key")) }
        }
        for method in [HTTPRequest.Method.post, .put] {
            group.on(":key/calls/:call", method: method) { request, context in
                await answering(request, context) {
                    try await putCall(request, try context.parameters.require("key"), try context.parameters.require("call"))
                }
            }
        }
    }

    private func putLead(_ request: Request, _ key: String) async throws -> Response {
        try access.checkIntake(request)
        let receipt = try await book.put(LeadFields(reading: try await json(request)), key: key)
        return Reply.json(receipt.created ? .created : .ok, LeadView.json(receipt))
    }

    private func putStatus(_ request: Request, _ key: String) async throws -> Response {
        try access.checkIntake(request)
        let fields = try BodyFields(try await json(request), known: ["status", "reason", "note"])
        guard let status = try fields.status("status") else {
            throw BookError.invalid("status", en: "a status is needed", ru: "нужен статус")
        }
        let receipt = try await book.tell(
            status, reason: try fields.text("reason", charactersMax: 64), note: try fields.text("note", charactersMax: 4000), key: key)
        return Reply.json(
            .ok, ["id": .string("\(receipt.id)"), "status": .string(receipt.status.rawValue), "applied": .bool(receipt.applied)])
    }

    private func putCall(_ request: Request, _ key: String, _ call: String) async throws -> Response {
        try access.checkIntake(request)
        let (id, created) = try await book.put(CallFields(reading: try await json(request)), call: call, key: key)
        return Reply.json(created ? .created : .ok, ["id": .string("\(id)"), "call": .string(call), "created": .bool(created)])
    }
}

private enum LeadView {
    static func json(_ receipt: LeadReceipt) -> JSON {
        [
            "id": .string("\(receipt.id)"), "created": .bool(receipt.created), "status": .string(receipt.status.rawValue),
            "version": JSON(receipt.version),
        ]
    }
}
