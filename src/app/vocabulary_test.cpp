// The names of events and jobs are frozen: packs, subscribers and jobs that wait over an upgrade know them. docs/reference/events.md is
// this list; a renamed, lost or reordered fact fails here. `UPDATE=1` writes it anew.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "accounts/events.hpp"
#include "changelog/events.hpp"
#include "changelog/jobs.hpp"
#include "comms/events.hpp"
#include "comms/jobs.hpp"
#include "definitions/events.hpp"
#include "deploy/events.hpp"
#include "dora/events.hpp"
#include "dora/jobs.hpp"
#include "gonogo/events.hpp"
#include "health/events.hpp"
#include "health/jobs.hpp"
#include "incident/events.hpp"
#include "jobs/deployment_events.hpp"
#include "jobs/record_keeping.hpp"
#include "ledger/deed.hpp"
#include "planning/events.hpp"
#include "planning/jobs.hpp"
#include "retro/events.hpp"
#include "risk/events.hpp"
#include "risk/late_scope.hpp"
#include "risk/take_out.hpp"
#include "steps/events.hpp"
#include "steps/jobs.hpp"
#include "validation/events.hpp"
#include "validation/jobs.hpp"
#include "work/events.hpp"

using namespace evenkeel;

namespace {

using Events = boost::mp11::mp_list<
    accounts::AccountSetUp, accounts::AccountDeactivated, accounts::PasswordSet, accounts::TokenIssued, accounts::SessionStarted,
    accounts::TokenRevoked, accounts::TokensRevoked, accounts::SessionRefused, accounts::SecondFactorBegun, accounts::SecondFactorConfirmed,
    accounts::SecondFactorRecovered, accounts::SecondFactorRemoved, accounts::TextErasureExplained, accounts::PersonErased,
    accounts::AbsenceNoted, accounts::AbsenceEnded, changelog::EntriesDrafted, changelog::EntryEdited, changelog::EntryNotNotable,
    changelog::NoteDrafted, changelog::NoteEdited, changelog::NoteApproved, changelog::NoteRead, changelog::NoteCommented,
    changelog::NoteCommentResolved, changelog::NoteTranslated, changelog::TranslationApproved, changelog::BriefWritten,
    changelog::GuideWritten, changelog::QuestionAsked, changelog::QuestionAnswered, changelog::WordingAsked, changelog::WordingProposed,
    changelog::WordingTaken, changelog::WordingFailed, changelog::ImageAdded, changelog::MergeWaits, changelog::LaunchFlagRead,
    changelog::TicketRead, comms::CommunicationPlanned, comms::CommunicationOverdue, comms::CommunicationSentOut,
    comms::CommunicationDelivered, comms::CommunicationFailed, comms::CommunicationNotNeeded, comms::ReleaseWithdrawn, comms::StatusTold,
    comms::StatusNotNeeded, comms::StatusDelivered, comms::StatusFailed, comms::DigestComposed, comms::DigestNotNeeded,
    comms::SubscriptionAsked, comms::SubscriptionConfirmed, comms::SubscriptionChanged, comms::SubscriptionEnded,
    comms::SubscriptionBounced, definitions::DefinitionsProposed, definitions::DefinitionsDeclined, definitions::ConnectionTested,
    definitions::DefinitionsApplied, deploy::DeploymentStarted, deploy::DeploymentFinished, deploy::DeploymentRolledBack,
    deploy::RollbackOrdered, deploy::RecommendationAnswered, deploy::PartUndone, deploy::ReleaseRolledBack, dora::BaselineKept,
    dora::DeploymentsTold, dora::DeliveryReported, dora::DeliveryReportSent, gonogo::SignoffGiven, gonogo::TestsRecorded,
    gonogo::DecisionRecorded, gonogo::GateWaived, health::WatchStarted, health::WatchEnded, health::HealthJudged, health::HealthCalibrated,
    health::RollbackRecommended, health::AlertOpened, health::AlertAcknowledged, health::AlertEscalated, health::AlertGrew,
    health::AlertResolved, health::SignalFired, health::SignalEnded, health::SilenceSeen, incident::IncidentOpened, incident::IncidentNoted,
    incident::CauseSet, planning::ReleasePlanned, planning::ReleaseMoved, planning::ReleaseCancelled, planning::StageEntered,
    planning::ComponentConfirmed, planning::ArtefactSet, planning::ChecklistDone, planning::ExceptionRequested, planning::ExceptionApproved,
    planning::ExceptionDenied, planning::ExceptionRevoked, planning::LineStopped, planning::LineResumed, planning::LineExempted,
    planning::EmergencyOwes, planning::EmergencyReviewed, planning::ReleaseRenamed, planning::ReleaseSuperseded, planning::ReleaseEdited,
    planning::WindowProposed, planning::WindowAgreed, planning::TargetTold, planning::FlagRead, planning::AwaitedEscalated,
    planning::AwaitedTaken, planning::OnCallSwapped, planning::OnCallSwapEnded, retro::RetrospectiveOpened, retro::ActionAdded,
    retro::ActionDone, retro::RetrospectiveClosed, risk::ChangeCompleted, risk::ChangesImported, risk::TierOverridden,
    risk::ReversalDeclared, risk::ChangeTakenOut, risk::ChangeMarkedSecurity, risk::LateChangeAsked, risk::LateChangeAdmitted,
    risk::SecurityReviewed, risk::RiskAssessed, risk::AssessmentRead, risk::RollbackDocumented, risk::RollbackRehearsed, steps::RunStarted,
    steps::RunEnded, steps::RunHeld, steps::RunResumed, steps::RunAbandoned, steps::StepSkipped, steps::StepRetried, steps::StepConfirmed,
    steps::StepDenied, steps::StepWaits, steps::StepEnded, validation::ReportMade, validation::DeclaredHealthy, JobRetried, TextErased,
    KeyPinned, KeyRotated, RetentionApplied, CheckpointMade, CheckpointSent, CheckpointWitnessed, CheckpointContradicted, LedgerVerified>;
using Jobs = boost::mp11::mp_list<
    changelog::ProposeWording, changelog::ReadTickets, changelog::ReadLaunchFlags, comms::Deliver, comms::DeliverStatus,
    comms::CommunicationDue, comms::IncidentStatus, comms::ConfirmSubscription, comms::SendDigests, comms::DigestMail, dora::DeliveryMonth,
    dora::DeliveryMail, dora::DeliveryDays, health::WatchHealth, health::WatchValidation, health::Page, health::EscalatePage,
    health::KeepPage, health::Calibrate, planning::CheckItems, planning::OwnerMail, planning::WindowPassed, planning::TellAwaited,
    planning::AwaitedMail, planning::AwaitedChat, planning::ReadFlags, steps::DriveRun, validation::HealthCheckpoint, jobs::MakeCheckpoint,
    jobs::SendCheckpoint, jobs::WitnessCheckpoint, jobs::VerifyLedger, jobs::ApplyRetention, jobs::TellDeployment>;

template <class T>
std::string type_of() {
  if constexpr (json::is_optional<T>::value)
    return type_of<typename T::value_type>() + ", left out where there is none";
  else if constexpr (json::DescribedEnum<T>) {
    std::string words;
    for (const auto& w : json::enum_texts<T>()) words += (words.empty() ? "" : " \\| ") + w;
    return words;
  } else if constexpr (std::is_same_v<T, bool>)
    return "yes \\| no";
  else if constexpr (std::is_integral_v<T>)
    return "number";
  else if constexpr (std::is_same_v<T, SysTime>)
    return "time";
  else if constexpr (std::is_same_v<T, Facts>)
    return "facts";
  else
    return "text";
}

template <class List>
std::string table() {
  std::map<std::string, std::string> rows;
  boost::mp11::mp_for_each<boost::mp11::mp_transform<boost::mp11::mp_identity, List>>([&](auto identity) {
    using E = typename decltype(identity)::type;
    std::string members;
    boost::mp11::mp_for_each<event_fact::Members<E>>([&](auto d) {
      using F = std::remove_cvref_t<decltype(std::declval<E&>().*d.pointer)>;
      members += fmt::format("{}`{}`: {}", members.empty() ? "" : "; ", json::wire_name(d.name), type_of<F>());
    });
    EXPECT_TRUE(rows.emplace(std::string(E::kind), members).second) << E::kind << " stands for two things";
  });
  std::string out;
  for (const auto& [kind, members] : rows) out += fmt::format("| `{}` | {} |\n", kind, members);
  return out;
}

std::string reference() {
  return "# Events and jobs\n\nWhat the entries of the ledger say. Made from the code, and kept equal to it by a test.\n\n"
         "| event | facts |\n|---|---|\n" +
         table<Events>() + "\n## Jobs\n\n| job | payload |\n|---|---|\n" + table<Jobs>();
}

}  // namespace

TEST(Vocabulary, EventsAndJobsKeepTheirNames) {
  const std::string path = REFERENCE_DIR "/events.md";
  if (std::getenv("UPDATE")) std::ofstream(path) << reference();
  std::ostringstream written;
  written << std::ifstream(path).rdbuf();
  EXPECT_EQ(written.str(), reference());
}

TEST(Vocabulary, NoKindIsMissingFromTheList) {
  const auto all = reference();
  const std::regex kind(R"re(string_view kind = "([a-z_.]+)")re");
  int seen = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(SOURCE_DIR)) {
    if (file.path().extension() != ".hpp" || file.path().filename() == "event.hpp" || file.path().filename() == "job.hpp") continue;
    std::ostringstream text;
    text << std::ifstream(file.path()).rdbuf();
    const auto source = text.str();
    for (std::sregex_iterator found(source.begin(), source.end(), kind), end; found != end; ++found, ++seen)
      EXPECT_NE(all.find("`" + (*found)[1].str() + "`"), std::string::npos) << file.path() << ": " << (*found)[1];
  }
  EXPECT_GT(seen, 100);
}

/// Every kind is told in a sentence of its own, with facts that it has, and without what only machines read.
TEST(Vocabulary, EveryEventIsToldAsADeed) {
  const std::regex placeholder(R"(\{([a-z_]+)[^}]*\})"),
      for_machines("(.*_)?(hash|sha256|digest|root|fingerprint|key|run|person|owner|to)");
  boost::mp11::mp_for_each<boost::mp11::mp_transform<boost::mp11::mp_identity, Events>>([&](auto identity) {
    using E = typename decltype(identity)::type;
    const std::string says{ledger::deed_pattern(E::kind)};
    ASSERT_FALSE(says.empty()) << E::kind << " has no sentence in ledger/deed.cpp";
    ledger::Entry all{.kind = std::string(E::kind)}, none = all;
    std::set<std::string> facts;
    boost::mp11::mp_for_each<event_fact::Members<E>>([&](auto d) {
      facts.emplace(json::wire_name(d.name));
      all.facts.emplace_back(json::wire_name(d.name), "7");
    });
    for (std::sregex_iterator found(says.begin(), says.end(), placeholder), end; found != end; ++found) {
      EXPECT_TRUE(facts.contains((*found)[1])) << E::kind << " has no fact " << (*found)[1];
      const bool moves = E::kind == "release.renamed" || E::kind == "release.stage_entered" || E::kind == "change.tier_overridden" ||
                         E::kind == "rollback.ordered";  // their `to` is no person
      EXPECT_TRUE(moves || !std::regex_match((*found)[1].str(), for_machines)) << E::kind << " tells " << (*found)[1];
    }
    for (const auto& e : {all, none})
      EXPECT_EQ(ledger::deed_of(e).find_first_of("{}[]|_"), std::string::npos) << E::kind << ": " << ledger::deed_of(e);
    EXPECT_GE(ledger::deed_of(none).size(), 8u) << E::kind;
  });
}

TEST(Vocabulary, ADeedIsWrittenAsPeopleSayIt) {
  const auto told = [](const auto& event) {
    return ledger::deed_of({.kind = std::string(std::remove_cvref_t<decltype(event)>::kind), .facts = facts_of(event)});
  };
  using planning::Stage;
  EXPECT_EQ(told(planning::StageEntered{.from = Stage::go_no_go, .to = Stage::deployment, .because = "go"}),
            "moved the release from go/no-go to deployment: go");
  EXPECT_EQ(told(planning::ReleasePlanned{.version = "1.1.0", .area = "shop", .definitions = "def_1", .components = 1}),
            "planned shop 1.1.0 with 1 component");
  EXPECT_EQ(told(planning::ReleaseEdited{.fields = "title", .voided = 0}), "edited the release (title)");
  EXPECT_EQ(told(planning::ReleaseEdited{.fields = "title", .voided = 2}), "edited the release (title), which voided 2 sign-offs");
  EXPECT_EQ(told(gonogo::SignoffGiven{.role = Role::engineering_lead, .verdict = gonogo::Verdict::no_go, .scope = "ab"}),
            "voted no-go as engineering lead");
  EXPECT_EQ(told(risk::RiskAssessed{.level = risk::RiskLevel::low, .likelihood_permille = 55}),
            "assessed the risk: low, 5.5 % likely to fail");
  EXPECT_EQ(told(KeyPinned{.key = "ab"}), "pinned the ledger's key");
  EXPECT_EQ(told(LedgerVerified{.entries = 1, .problems = 0}), "verified the ledger: 1 entry, no problems");
  EXPECT_EQ(ledger::deed_of({.kind = "moon.landed_on", .facts = {{"on_foot", "yes"}}}), "moon landed on: on foot yes")
      << "of a later version";
}

TEST(Vocabulary, AnEventIsReadAsItWasWritten) {
  const auto read = [](const auto& event) {
    using E = std::remove_cvref_t<decltype(event)>;
    return facts_of(as<E>(ledger::Entry{.kind = std::string(E::kind), .facts = facts_of(event)}).value()) == facts_of(event);
  };
  EXPECT_TRUE(read(planning::StageEntered{.from = planning::Stage::go_no_go, .to = planning::Stage::deployment, .because = "go"}));
  EXPECT_TRUE(read(deploy::RecommendationAnswered{.answer = deploy::Answer::declined}));
  EXPECT_TRUE(read(steps::StepConfirmed{{.run = "run_1", .step = "warm the cache", .position = 3}}));
  EXPECT_TRUE(read(risk::RollbackRehearsed{.service = "cart", .environment = "staging", .procedure = "ab", .passed = true}));
  EXPECT_EQ(facts_of(deploy::RecommendationAnswered{.answer = deploy::Answer::declined}), (Facts{{"answer", "declined"}}));
}

TEST(Vocabulary, ASpellingThatIsNotUnderstoodIsAnErrorAndAnOtherKindIsNone) {
  const ledger::Entry odd{.kind = "rollback.ordered", .facts = {{"act", "everything"}}};
  EXPECT_THROW((void)as<deploy::RollbackOrdered>(odd), std::runtime_error);
  EXPECT_FALSE(as<deploy::PartUndone>(odd));
  EXPECT_EQ(as<deploy::RollbackOrdered>(ledger::Entry{.kind = "rollback.ordered"})->act, health::ActKind::release);  // older than the fact
}
