// SPDX-License-Identifier: Apache-2.0
internal import Essentials
public import PBX
public import StrictYAML

extension Configuration {
    /// The source as intake needs it: dialect loaded, secrets read, targets resolved.
    /// - Throws: everything that keeps it from working. Blocks on the disk.
    public func profile(of source: Source, adapters: AdapterLibrary) throws(SourceProblems) -> SourceProfile {
        let dialect = try adapters.dialect(source.dialect)
        var problems: [SourceProblem] = []
        var secrets: [String: [Secret]] = [:]
        var references = source.secrets
        if let token = source.token { references["token"] = [token] }
        for (name, list) in references {
            for reference in list {
                do throws(SourceProblem) {
                    secrets[name, default: []].append(try reference.read(dataFolder: dataFolder))
                } catch {
                    problems.append(error)
                }
            }
        }
        guard problems.isEmpty else { throw SourceProblems(problems) }
        let country = source.country ?? self.country
        let profile = SourceProfile(
            name: source.name, dialect: dialect, secrets: secrets, publicBase: source.publicBase, region: country,
            lineRegions: lineRegions(of: source), zone: source.zone ?? zone, targets: targets(of: source),
            tolerance: source.tolerance ?? .seconds(300), substitutes: source.substitutes,
            texts: source.texts, commandBase: source.commandBase, recordingLink: source.recordingLink)
        let wrong = profile.problems.map { SourceProblem(file: file ?? "configuration", message: "source \"\(source.name)\": \($0)") }
        guard wrong.isEmpty else { throw SourceProblems(wrong) }
        return profile
    }

    private func lineRegions(of source: Source) -> [String: String] {
        let own = lines.filter { ($0.source ?? source.name) == source.name && !$0.number.hasSuffix("*") }
        return Dictionary(own.compactMap { line in line.country.map { (line.number, $0) } }, uniquingKeysWith: { first, _ in first })
    }

    private func targets(of source: Source) -> [String: String] {
        targets.compactMapValues { addresses in addresses[source.name] }
    }
}
