/** The variable of the environment that tells the tests inside VS Code where TensorFlow.js is installed. */
export const tensorFlowVariable = "INKLING_TEST_TENSORFLOW";
