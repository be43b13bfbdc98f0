// SPDX-License-Identifier: Apache-2.0
import CRM
import CRMTestKit
import Essentials
import Testing
import WireFormats

/// Every recorded message of every CRM, through the recipes: what we send is what was recorded, what comes back is understood. The list is
/// what the index files say, read when the tests run.
@Suite struct RecordedMessagesTests {
    static func context(_ operation: RecordedOperation) throws -> RecordedContext {
        try RecordedContext(operation) { Recipe.shipped($0) }
    }

    @Test(arguments: try RecordedCRM.all.flatMap(\.operations).filter { !$0.isInbound })
    func requestIsTheRecordedOne(operation: RecordedOperation) throws {
        let context = try Self.context(operation)
        let request = try context.request()
        let (host, target) = try Self.parts(request.url)
        let match = MessageMatch(try operation.request(), values: Self.values(context))
        let differences = match.differences(
            method: request.method, host: host, target: target, headers: request.headers, body: request.body ?? [])
        #expect(differences.isEmpty, "\(operation): \(differences.joined(separator: "; "))")
    }

    /// Values that the recipe computes from our key.
    static func values(_ context: RecordedContext) -> [String: String] {
        context.values.mapValues { value in value.hasPrefix("<uuid of ") ? "<any>" : value }
    }

    static func parts(_ url: String) throws -> (host: String, target: String) {
        let scheme = try #require(url.firstRange(of: "://"))
        let rest = url[scheme.upperBound...]
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        return (String(rest[..<slash]), slash == rest.endIndex ? "/" : String(rest[slash...]))
    }

    @Test(arguments: try RecordedCRM.all)
    func everyAnswerHasItsClassIdAndWait(crm: RecordedCRM) throws {
        for operation in crm.operations where !operation.isInbound {
            for recorded in operation.answers {
                let read = try Self.read(recorded, to: operation)
                #expect(read.class.rawValue == recorded.class, "\(recorded)")
                if let id = recorded.recordID { #expect(read.taken.values.contains { $0.scalarText == id }, "\(recorded): \(read.taken)") }
                if let wait = recorded.wait { #expect(read.wait == wait, "\(recorded)") }
                if !read.class.isSuccess { #expect(read.message?.isEmpty == false, "\(recorded) says nothing") }
            }
        }
    }

    static func read(_ recorded: RecordedAnswer, to operation: RecordedOperation) throws -> CRMAnswer {
        let context = try Self.context(operation)
        let response = try recorded.response()
        // An answer of which only a part succeeded is one to several leads.
        guard let items = operation.crm.profile["partial"]?[recorded.name]?.array else { return context.read(response) }
        let contexts = items.map { item in
            var one = context.contexts[0]
            one.payload = .object((one.payload.members ?? []).map { JSON.Member($0.name, item[$0.name] ?? $0.value) })
            return one
        }
        return context.recipe.read(response, to: context.operation, items: contexts).whole
    }

    /// What any request may get is understood for every request, those of the plans that no index lists among them.
    @Test(arguments: try RecordedCRM.all)
    func everyCommonAnswerHasItsClassForEveryOperation(crm: RecordedCRM) throws {
        let operation = try #require(crm.operations.first { !$0.isInbound })
        let context = try Self.context(operation)
        for recorded in crm.common {
            let response = try recorded.response()
            for name in context.recipe.operations.keys.sorted() where !name.hasPrefix("auth.") {
                let read = context.read(response, of: name)
                #expect(read.class.rawValue == recorded.class, "\(recorded) as an answer to \(name)")
                if let wait = recorded.wait { #expect(read.wait == wait, "\(recorded) as an answer to \(name)") }
            }
        }
    }

    /// What the index says of doubling, the recipe says too: nothing that is not idempotent is repeated blind.
    @Test(arguments: try RecordedCRM.all.flatMap(\.operations).filter { !$0.isInbound })
    func onlyIdempotentRequestsAreRepeated(operation: RecordedOperation) throws {
        let context = try Self.context(operation)
        let known = try #require(context.recipe.operations[context.operation])
        // Megaplan's bulk may write; the recipe only reads with it.
        guard operation.description != "megaplan batch" else { return }
        if !operation.isIdempotent { #expect(known.onUnknown != .repeat, "\(operation)") }
        if known.isIdempotent { #expect(operation.isIdempotent, "\(operation)") }
    }

    @Test func accountThatCanNotProveWhoItIsIsAProblem() throws {
        let recipe = try #require(Recipe.shipped("bitrix24"))
        #expect(recipe.problems(withFields: ["portal", "user", "code"]).isEmpty)
        #expect(recipe.problems(withFields: ["portal"]).first?.contains("needs code or client_id") == true)
    }

    /// Which messages there are, and that none is left out.
    @Test func everyMessageOfEveryIndexIsPlayed() throws {
        let all = try RecordedCRM.all
        let played = all.map { crm in crm.operations.reduce(crm.common.count) { $0 + 1 + $1.answers.count } }.reduce(0, +)
        let listed = all.map(\.messageCount).reduce(0, +)
        let files = try all.map { try $0.files() }.reduce(0, +)
        print("crm recorded messages: \(played) of \(listed) played, \(all.count) CRMs, \(files) files")
        #expect(all.count == 13)
        #expect(played == listed)
        #expect(files == listed)
    }
}
