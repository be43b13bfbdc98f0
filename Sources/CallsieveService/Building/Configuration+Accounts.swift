// SPDX-License-Identifier: Apache-2.0
public import Delivery
public import Essentials
internal import CRM
internal import HTTPTransfer
public import StrictYAML
internal import WireFormats

extension Configuration {
    /// The CRM accounts as delivery needs them: recipe loaded, secrets read, addresses allowed.
    ///
    /// An account of the recipe `salesbook` without an address is the book inside this service: its address and token are filled
    /// in, and its own listener is the one loopback address that it may reach without being named (DECISIONS.md, Egress).
    /// - Throws: everything that keeps an account from working. Blocks on the disk.
    public func deliveryAccounts(adapters: AdapterLibrary, bookToken: Secret) throws(SourceProblems) -> [DeliveryAccount] {
        var result: [DeliveryAccount] = []
        var problems: [SourceProblem] = []
        for account in accounts {
            do throws(SourceProblems) {
                result.append(try delivery(account, adapters: adapters, bookToken: bookToken))
            } catch {
                problems += error.problems
            }
        }
        guard problems.isEmpty else { throw SourceProblems(problems) }
        return result
    }

    private func delivery(_ account: Account, adapters: AdapterLibrary, bookToken: Secret) throws(SourceProblems) -> DeliveryAccount {
        let recipe = try adapters.recipe(account.recipe)
        var fields = account.fields.mapValues { Secret($0) }
        var allowed = account.allowedAddresses
        for (name, references) in account.secrets {
            guard let reference = references.first else { continue }
            do throws(SourceProblem) {
                fields[name] = try reference.read(dataFolder: dataFolder)
            } catch {
                throw SourceProblems([error])
            }
        }
        if account.recipe == "salesbook", fields["url"] == nil {
            let own = loopbackAddress
            fields["url"] = Secret("http://\(own)/book")
            fields["token"] = bookToken
            allowed.append(own)
        }
        let problems = recipe.problems(withFields: Set(fields.keys)).map { text in
            SourceProblem(file: file ?? "configuration", message: "account \"\(account.name)\": \(text)")
        }
        guard problems.isEmpty else { throw SourceProblems(problems) }
        let mapping = account.mapping.mapValues { JSON.string($0) }
        return DeliveryAccount(name: account.name, recipe: recipe, fields: fields, mapping: mapping, policy: try policy(of: account, allowed: allowed))
    }

    private func policy(of account: Account, allowed: [String]) throws(SourceProblems) -> EgressPolicy {
        func problem(_ message: String, _ fix: String?) -> SourceProblems {
            SourceProblems([SourceProblem(file: file ?? "configuration", message: "account \"\(account.name)\": \(message)", fix: fix)])
        }
        var addresses: Set<EgressAddress> = []
        for text in allowed {
            guard let address = EgressAddress(text) else {
                throw problem("\"\(text)\" is no address and port", "write it as 127.0.0.1:9000 or [::1]:9000")
            }
            addresses.insert(address)
        }
        do {
            return try EgressPolicy(allowing: addresses)
        } catch {
            throw problem("\(error)", nil)
        }
    }

    /// The listener's address as this machine reaches it.
    var loopbackAddress: String {
        let anywhere = ["0.0.0.0", "::", "localhost"]
        return anywhere.contains(listener.host) ? "127.0.0.1:\(listener.port)" : listener.description
    }
}
