// SPDX-License-Identifier: Apache-2.0

extension Dialect {
    /// The dialects inside the program: name → YAML text.
    public static var shipped: [String: String] {
        shippedFiles.mapValues { String(decoding: $0, as: UTF8.self) }
    }

    private static var shippedFiles: [String: [UInt8]] {
        [
            "aircall": PackageResources.aircall_yaml,
            "asterisk": PackageResources.asterisk_yaml,
            "bitrix24": PackageResources.bitrix24_yaml,
            "callrail": PackageResources.callrail_yaml,
            "callsieve": PackageResources.callsieve_yaml,
            "cloudevents": PackageResources.cloudevents_yaml,
            "freeswitch": PackageResources.freeswitch_yaml,
            "itoolabs": PackageResources.itoolabs_yaml,
            "kamailio": PackageResources.kamailio_yaml,
            "mango": PackageResources.mango_yaml,
            "plivo": PackageResources.plivo_yaml,
            "ringcentral": PackageResources.ringcentral_yaml,
            "roistat": PackageResources.roistat_yaml,
            "signalwire": PackageResources.signalwire_yaml,
            "sipuni": PackageResources.sipuni_yaml,
            "standard-webhooks": PackageResources.standard_webhooks_yaml,
            "telnyx": PackageResources.telnyx_yaml,
            "telphin": PackageResources.telphin_yaml,
            "twilio": PackageResources.twilio_yaml,
            "uis": PackageResources.uis_yaml,
            "vonage": PackageResources.vonage_yaml,
            "zadarma": PackageResources.zadarma_yaml,
        ]
    }
}
