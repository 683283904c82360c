import tseslint from "typescript-eslint";

export default tseslint.config(
    { ignores: ["dist/", "node_modules/", ".work/", "**/node_modules/", "**/*.js"] },
    ...tseslint.configs.strictTypeChecked,
    {
        languageOptions: { parserOptions: { project: "./tsconfig.test.json" } },
        rules: {
            "@typescript-eslint/switch-exhaustiveness-check": "error",
            "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
            // Names of arguments are compared by UTF-16 code units, which is what we mean.
            "@typescript-eslint/no-misused-spread": "off",
            "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
        },
    },
    // JSDoc types only some of what they hold: rules that go by types would refuse all the rest.
    { files: ["**/*.mjs"], extends: [tseslint.configs.disableTypeChecked] },
);
