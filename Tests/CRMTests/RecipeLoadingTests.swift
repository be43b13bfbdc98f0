// SPDX-License-Identifier: Apache-2.0
import CRM
import Essentials
import StrictYAML
import Testing
import WireFormats

@Suite struct RecipeLoadingTests {
    /// A small recipe with everything that the mistakes below spoil.
    static let good = """
        recipe: small
        account:
          portal: host
          token: {kind: secret}
          originator: {default: callsieve}
        base: "https://{account.portal}/rest/"
        auth: {kind: bearer, token: "{account.token}"}
        operations:
          lead.find:
            get: leads
            query: {key: "{lead.key}"}
            pick: {from: items, where: {key: "{lead.key}"}, take: {lead_id: id}}
          lead.create:
            post: leads
            json: {key: "{lead.key}", name: "{lead.name | cut 5}", flag: true, kind: 1, text: "1"}
            take: {lead_id: result.id}
            idempotent: no
            on unknown: {look: lead.find, after: 2 s, again after: 20 s, then: repeat}
        plan:
          deliver: [{step: lead_id, first: lead.find, else: lead.create}]
        classify:
          - {status: 2xx, has: result, class: ok}
          - {class: server_error}
        pace: {rate: 2 per s, burst: 50}
        """

    @Test func goodOneLoads() throws {
        let recipe = try Recipe.load(Self.good, file: "small.yaml")
        #expect(
            recipe.operations["lead.create"]?.onUnknown
                == .lookUp(LookUp(operation: "lead.find", after: .seconds(2), again: .seconds(20), then: .repeat)))
        #expect(recipe.plans["deliver"] == [PlanStep(name: "lead_id", operation: "lead.create", first: "lead.find")])
        #expect(recipe.pace == Pace(perSecond: 2, burst: 50))
        #expect(recipe.hash.count == 64)
        let context = RecipeContext(
            payload: ["lead.key": "k", "lead.name": "Alexander"], account: ["portal": Secret("p.example"), "token": Secret("t")], stepKey: "k.s",
            now: Instant(unixSeconds: 0))
        let request = try recipe.request("lead.create", context)
        #expect(request.url == "https://p.example/rest/leads")
        #expect(try JSON.parse(request.body ?? []) == ["key": "k", "name": "Alexa", "flag": true, "kind": 1, "text": "1"])
        #expect(try recipe.request("lead.find", context).url == "https://p.example/rest/leads?key=k")
    }

    /// A full-text search finds more than was asked: only the exact record is ours.
    @Test func pickTakesTheExactRecordOnly() throws {
        let recipe = try Recipe.load(Self.good, file: "small.yaml")
        let context = RecipeContext(payload: ["lead.key": "cs-1"], stepKey: "", now: Instant(unixSeconds: 0))
        let read = { (body: String) in recipe.read(CRMResponse(status: 200, body: Array(body.utf8)), to: "lead.find", context) }
        let found = read("{\"result\":1,\"items\":[{\"id\":7,\"key\":\"cs-10\"},{\"id\":8,\"key\":\"cs-1\"}]}")
        #expect(found == CRMAnswer(class: .ok, taken: ["lead_id": 8]))
        #expect(read("{\"result\":1,\"items\":[{\"id\":7,\"key\":\"cs-10\"}]}").class == .okEmpty)
        #expect(read("{\"result\":1,\"items\":[]}").class == .okEmpty)
        #expect(read("{\"error\":1}").class == .serverError)
    }

    /// What is changed in the good recipe, where the problem must point, and a piece of what it must say.
    static let mistakes: [(old: String, new: String, line: Int, says: String)] = [
        ("pace:", "pacce:", 24, "did you mean \"pace\""),
        ("{account.token}", "{account.tokn}", 7, "did you mean {account.token}"),
        ("{lead.name | cut 5}", "{lead.nam}", 15, "did you mean {lead.name}"),
        ("{lead.name | cut 5}", "{lead.name | digit}", 15, "did you mean \"digits\""),
        ("{lead.name | cut 5}", "{lead.name", 15, "not closed"),
        ("kind: secret", "kind: secrt", 4, "did you mean \"secret\""),
        ("kind: bearer", "kind: barer", 7, "unknown kind of auth"),
        ("class: ok}", "class: okay}", 22, "unknown word \"okay\""),
        ("status: 2xx", "status: 2x", 22, "no status"),
        ("after: 2 s", "after: 2", 18, "no length of time"),
        ("rate: 2 per s", "rate: fast", 24, "2 per s"),
        ("then: repeat", "then: create", 18, "unknown word"),
        ("take: {lead_id: result.id}", "take: {lead_id: result..id}", 16, "no path"),
        ("    post: leads", "    psot: leads", 14, "no method"),
        ("    on unknown: {look: lead.find, after: 2 s, again after: 20 s, then: repeat}\n", "", 14, "must say what follows"),
        (
            "    on unknown: {look: lead.find, after: 2 s, again after: 20 s, then: repeat}\n", "    on unknown: repeat\n", 18,
            "only an idempotent operation"
        ),
        ("look: lead.find", "look: lead.fnd", 18, "did you mean \"lead.find\""),
        ("else: lead.create", "else: lead.craete", 20, "did you mean \"lead.create\""),
        ("  deliver:", "  delivery:", 20, "deliver, update or call"),
        ("base: \"https://{account.portal}/rest/\"\n", "", 1, "\"base:\" is missing"),
    ]

    @Test(arguments: mistakes)
    func mistakeIsNamedWithItsPlaceAndFix(old: String, new: String, line: Int, says: String) throws {
        let text = Self.good.replacing(old, with: new, maxReplacements: 1)
        #expect(text != Self.good)
        do {
            _ = try Recipe.load(text, file: "small.yaml")
            Issue.record("loaded")
        } catch {
            let problem = try #require(error.problems.first)
            #expect(problem.line == line)
            #expect("\(error)".contains(says))
        }
    }

    @Test(arguments: Recipe.shipped.keys.sorted())
    func shippedOnesLoad(name: String) throws {
        let text = try #require(Recipe.shipped[name])
        #expect(try Recipe.load(text, file: "\(name).yaml").name == name)
    }
}
