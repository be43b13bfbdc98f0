// SPDX-License-Identifier: Apache-2.0
import CRM
import CRMTestKit
import Crypto
import Essentials
import Foundation
import Testing
import WireFormats

/// Messages that CRMs send to us: taken when they are signed as the CRM signs them, refused when one byte is another.
@Suite struct RecordedHooksTests {
    /// A recorded hook as it would arrive.
    static func message(_ operation: RecordedOperation) throws -> (HookMessage, RecordedContext) {
        let context = try RecordedMessagesTests.context(operation)
        let template = try operation.request()
        let hook = context.profile["hook"] ?? .object([])
        var match = MessageMatch(template, values: context.values)
        let isForm = template.header("content-type")?.contains("form") == true
        let body = Array((isForm ? match.filled(template.body) : match.filledJSON(template.body)).utf8)
        let url = "https://our.example.org" + match.filled(template.target)
        var values = context.values
        for (name, value) in signatures(hook["sign"]?.string, secret: hook["secret"]?.string ?? "", url: url, body: body) { values[name] = value }
        match = MessageMatch(template, values: values)
        let headers = template.headers.map { CRMHeader($0.name, match.filled($0.value)) }
        let message = HookMessage(
            url: url, token: hook["token"]?.string, headers: headers, body: body, receivedAt: Instant(unixSeconds: 1_778_743_593))
        return (message, context)
    }

    /// As the vendors' pages say, and apart from the code under test.
    static func signatures(_ scheme: String?, secret: String, url: String, body: [UInt8]) -> [(String, String)] {
        let mac = { (key: [UInt8], message: [UInt8]) in Array(HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: key))) }
        let hex = { (bytes: [UInt8]) in bytes.map { String(format: "%02x", $0) }.joined() }
        switch scheme {
        case "hubspot":
            let signed = Array("POST\(url)".utf8) + body + Array("1778743593000".utf8)
            return [("signature_base64", Data(mac(Array(secret.utf8), signed)).base64EncodedString())]
        case "espocrm": return [("signature", Data("6643webhook:\(hex(mac(Array(secret.utf8), body)))".utf8).base64EncodedString())]
        case "t,v1": return [("signature_hex", hex(mac(Array(secret.utf8), Array("1778743593.".utf8) + body)))]
        case "standard webhooks":
            let key = Array(Data(base64Encoded: String(secret.dropFirst(6))) ?? Data())
            return [("signature_base64", Data(mac(key, Array("m-1.1778743593.".utf8) + body)).base64EncodedString()), ("timestamp_s", "1778743593")]
        default: return []
        }
    }

    @Test(arguments: try RecordedCRM.all.flatMap(\.operations).filter(\.isInbound))
    func recordedHookIsTaken(operation: RecordedOperation) throws {
        let (message, context) = try Self.message(operation)
        guard case .hints(let hints) = context.recipe.readHook(message, account: context.contexts[0].account) else {
            Issue.record("\(operation): \(context.recipe.readHook(message, account: context.contexts[0].account))")
            return
        }
        let wanted = context.profile["hook"]?["hints"]?.array ?? []
        #expect(hints.map(\.id) == wanted.map { $0["id"]?.string }, "\(operation)")
        #expect(hints.map(\.kind) == wanted.map { $0["kind"]?.string }, "\(operation)")
        #expect(hints.map(\.key) == wanted.map { $0["key"]?.string }, "\(operation)")
        // Our answers are of the recorded kind: any 2xx, or 410 and 401 where the message is not wanted.
        for answer in operation.answers {
            let status = try answer.response().status
            #expect((200..<300).contains(status) || [401, 410].contains(status), "\(answer)")
        }
    }

    @Test(arguments: try RecordedCRM.all.flatMap(\.operations).filter(\.isInbound))
    func strangersHookIsRefused(operation: RecordedOperation) throws {
        let (message, context) = try Self.message(operation)
        let account = context.contexts[0].account
        let isRefused = { (message: HookMessage, account: [String: Secret]) in
            if case .refused = context.recipe.readHook(message, account: account) { true } else { false }
        }
        var other = account
        for name in ["hook_token", "hook_secret", "hook_password"] where other[name] != nil { other[name] = Secret("another") }
        if operation.crm.name == "hubspot" { other["client_secret"] = Secret("another") }
        #expect(isRefused(message, other), "another secret")
        for name in ["hook_token", "hook_secret", "hook_password", "client_secret"] { other[name] = nil }
        #expect(isRefused(message, other), "no secret")
        guard context.profile["hook"]?["sign"] != nil else { return }
        var changed = message
        changed.body.append(0x20)
        #expect(isRefused(changed, account), "one byte more")
        changed = message
        changed.receivedAt = message.receivedAt + .seconds(301)
        if context.profile["hook"]?["sign"]?.string != "espocrm" { #expect(isRefused(changed, account), "too old") }
    }
}
