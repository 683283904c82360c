/** A promise with its resolver, and whether it is settled. */
export class Deferred<T> {
    readonly promise: Promise<T>;
    settled = false;
    #resolve: (value: T) => void = () => undefined;

    constructor() {
        this.promise = new Promise((resolve) => (this.#resolve = resolve));
    }

    resolve(value: T): void {
        this.settled = true;
        this.#resolve(value);
    }
}
