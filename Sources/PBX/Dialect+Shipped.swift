// SPDX-License-Identifier: Apache-2.0

extension Dialect {
    /// The dialects inside the program: name → YAML text.
    public static var shipped: [String: String] {
        shippedFiles.mapValues { String(decoding: $0, as: UTF8.self) }
    }

    private static var shippedFiles: [String: [UInt8]] {
        [
            "callsieve": PackageResources.callsieve_yaml,
            "kamailio": PackageResources.kamailio_yaml,
            "mango": PackageResources.mango_yaml,
        ]
    }
}
