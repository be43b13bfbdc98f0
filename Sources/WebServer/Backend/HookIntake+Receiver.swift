// SPDX-License-Identifier: Apache-2.0
public import Intake

extension HookIntake: HookReceiver {}

extension OutcomeIntake: OutcomeReceiver {}
