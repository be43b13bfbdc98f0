// SPDX-License-Identifier: Apache-2.0
import Crypto
import Essentials
import WireFormats

/// A request to the PBX's API that carries out a verb.
struct CommandTemplate: Sendable {
    /// How the PBX knows that the command is ours.
    enum Signature: Sendable {
        case none
        case bearer(secret: String)
        case basic(user: String, password: String)
        /// A form of API key, signature and JSON (see `MangoSHA256`).
        case mango(key: String, salt: String)
    }

    let method: String
    let base: String
    let path: Template<AnswerSlot>
    let json: OutputTree<AnswerSlot>?
    let signature: Signature
    let within: Duration

    var slots: [AnswerSlot] { path.slots + (json?.slots ?? []) }

    /// `nil` when a slot of the path, or a secret that signs, is missing: then nothing can be sent.
    /// - Parameter id: under which it is sent once, however often its event comes.
    func request(_ context: AnswerContext, id: String) -> CommandRequest? {
        guard let path = path.filled({ context.text($0).map { percentEncoded($0) } }) else { return nil }
        guard slots.compactMap(\.secret).allSatisfy({ !(context.source.keys[$0] ?? []).isEmpty }) else { return nil }
        var request = CommandRequest(
            id: id, method: method, url: (context.source.commandBase ?? base) + path, headers: [], body: [], within: within)
        let body = json?.filled(context.text).map { $0.serialised() }
        return sign(&request, body, context.source) ? request : nil
    }

    /// The newest secret signs: the last of those that are valid.
    private func sign(_ request: inout CommandRequest, _ body: [UInt8]?, _ source: SourceProfile) -> Bool {
        func newest(_ name: String) -> [UInt8]? { source.keys[name]?.last?.bytes }
        switch signature {
        case .mango(let keyName, let saltName):
            guard let key = newest(keyName), let salt = newest(saltName) else { return false }
            let sign = Hex.encode(MangoSHA256.digest(key, body ?? [], salt))
            let form = Form([
                .init("vpbx_api_key", String(decoding: key, as: UTF8.self)), .init("sign", sign),
                .init("json", String(decoding: body ?? [], as: UTF8.self)),
            ])
            request.headers = [HookHeader("Content-Type", "application/x-www-form-urlencoded")]
            request.body = form.serialised()
            return true
        case .none: break
        case .bearer(let name):
            guard let token = newest(name) else { return false }
            request.headers = [HookHeader("Authorization", "Bearer " + String(decoding: token, as: UTF8.self))]
        case .basic(let user, let password):
            guard let user = newest(user), let password = newest(password) else { return false }
            request.headers = [HookHeader("Authorization", "Basic " + Base64.encode(user + [UInt8(ascii: ":")] + password))]
        }
        if let body {
            request.headers.append(HookHeader("Content-Type", "application/json"))
            request.body = body
        }
        return true
    }
}
