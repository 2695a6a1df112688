// The names of the gates that an organisation can give a mode to. Areas define the gates themselves; a test compares the two lists.
#pragma once
#include <string_view>

namespace evenkeel::definitions {

inline constexpr std::string_view gate_names[] = {"window_set",
                                                  "teams_confirmed",
                                                  "changes_classified",
                                                  "changes_reversible",
                                                  "risk_assessed",
                                                  "rollback_rehearsed",
                                                  "security_reviewed",
                                                  "testing",
                                                  "artefact_from_scope",
                                                  "changelog_coverage",
                                                  "notes_approved",
                                                  "migration_guides",
                                                  "health_criteria",
                                                  "freeze_clear",
                                                  "dependencies_met",
                                                  "checklist_done",
                                                  "flags_as_planned",
                                                  "on_call_present",
                                                  "quorum",
                                                  "sequence_done",
                                                  "declared_healthy",
                                                  "reports_complete",
                                                  "communications_ready",
                                                  "communications_done",
                                                  "retrospective_done",
                                                  "second_person",
                                                  "second_factor"};  // the last two ask at every act, not of a release

}  // namespace evenkeel::definitions
