// What a release costs its people (P6): acts, people, how long each gate waited and for whom, beside the releases of its area before it;
// and gates that have refused nothing for long.
#pragma once
#include "gonogo/gonogo.hpp"

namespace evenkeel::views {

struct PersonWait {
  std::string person;  // a name, or the role that is asked while nobody has acted
  Millis waited = {};
};
BOOST_DESCRIBE_STRUCT(PersonWait, (), (person, waited))
/// From when the gate could be answered to the last act that it asked for before the go.
struct GateWait {
  std::string gate;
  Millis waited = {};
  bool open = false;  // it waits still: up to now
  std::vector<PersonWait> people;
};
BOOST_DESCRIBE_STRUCT(GateWait, (), (gate, waited, open, people))
struct CostRow {
  std::string release, version;
  std::int64_t acts = 0, people = 0;  // of people, up to the go (so far, where there is none)
  std::optional<Millis> to_go;        // from the plan to the go
};
BOOST_DESCRIBE_STRUCT(CostRow, (), (release, version, acts, people, to_go))
struct Cost : CostRow {
  std::vector<GateWait> gates;             // the longest wait first
  std::vector<CostRow> before;             // releases of the area with a go before this one, the newest first
  std::optional<std::int64_t> usual_acts;  // the median of those; none: there is none
  std::optional<Millis> usual_to_go;
};
BOOST_DESCRIBE_STRUCT(Cost, (CostRow), (gates, before, usual_acts, usual_to_go))
Cost cost_of(store::Tx& tx, const planning::Release& release, const planning::Gates& gates, SysTime now);

struct QuietGate {
  std::string gate;
  std::int64_t decisions = 0;  // that asked it
};
BOOST_DESCRIBE_STRUCT(QuietGate, (), (gate, decisions))
struct QuietGates {
  SysTime since;
  std::int64_t decisions = 0;
  std::vector<QuietGate> gates;
};
BOOST_DESCRIBE_STRUCT(QuietGates, (), (since, decisions, gates))
/// Gates that held in each decision of the past 90 days, were waived in none and refused no act: are they still worth their price?
QuietGates quiet_gates(store::Tx& tx, SysTime now);

}  // namespace evenkeel::views
