// Ids of the nouns that several areas point at. An area holds another's id without including its header; a run's id where a release's is
// wanted does not compile.
#pragma once
#include "base/id.hpp"

namespace evenkeel {

namespace accounts {
struct Person;
}
namespace planning {
struct Release;
struct Component;
}  // namespace planning
namespace risk {
struct Change;
struct Procedure;
}  // namespace risk
namespace changelog {
struct ChangelogEntry;
struct Note;
}  // namespace changelog
namespace steps {
struct Run;
struct Step;
}  // namespace steps
namespace deploy {
struct Deployment;
}
namespace health {
struct Watch;
}
namespace incident {
struct Incident;
}
namespace retro {
struct Retrospective;
}
namespace comms {
struct Communication;
}
namespace definitions {
struct Version;
}
namespace jobs {
struct Job;
}

using PersonId = Id<accounts::Person>;
using ReleaseId = Id<planning::Release>;
using ComponentId = Id<planning::Component>;
using ChangeId = Id<risk::Change>;
using ProcedureId = Id<risk::Procedure>;
using EntryId = Id<changelog::ChangelogEntry>;
using NoteId = Id<changelog::Note>;
using RunId = Id<steps::Run>;
using StepId = Id<steps::Step>;
using DeploymentId = Id<deploy::Deployment>;
using WatchId = Id<health::Watch>;
using IncidentId = Id<incident::Incident>;
using RetrospectiveId = Id<retro::Retrospective>;
using CommunicationId = Id<comms::Communication>;
using DefinitionsId = Id<definitions::Version>;
using JobId = Id<jobs::Job>;

}  // namespace evenkeel
