// What a step of a run is for.
#pragma once
#include <boost/describe.hpp>

namespace evenkeel::steps {

enum class Phase { deploy, validate, flag, rollback, restore_proof };
BOOST_DESCRIBE_ENUM(Phase, deploy, validate, flag, rollback, restore_proof)

}  // namespace evenkeel::steps
