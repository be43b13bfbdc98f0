// SPDX-License-Identifier: Apache-2.0

/// The languages that people meet the product in.
public enum Language: String, Sendable, CaseIterable, Codable { case en, ru }
